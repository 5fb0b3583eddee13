import { useTranslation } from 'react-i18next'
import type { Capacity, PlatformOverview } from '#contract/pools.ts'
import { Bar } from '#kit/Bar.tsx'
import { formatBytes, formatCores } from '#kit/format/index.ts'
import { Card } from '#kit/Page.tsx'
import { goTo, hrefOf } from '#kit/router.ts'
import { choosePlatform } from '#console/platform.tsx'

type CapacityRowProps = {
  readonly name: string
  readonly capacity: Capacity
  readonly format: (value: number | null) => string
  readonly isStale: boolean
}

function Headroom({ capacity, format }: Pick<CapacityRowProps, 'capacity' | 'format'>) {
  const { t } = useTranslation('overview')
  const { promisable, promised } = capacity
  if (promisable === null || promised === null) return null
  if (promised > promisable) {
    return <strong className="y-warning">{t('over', { over: format(promised - promisable) })}</strong>
  }
  return <strong>{t('free', { free: format(promisable - promised) })}</strong>
}

function CapacityRow({ name, capacity, format, isStale }: CapacityRowProps) {
  const { t } = useTranslation('overview')
  const { used, promised, physical, promisable, reserve } = capacity
  const label = t('barLabel', {
    what: name,
    used: format(used),
    promised: format(promised),
    physical: format(physical),
  })
  return (
    <div className="y-capacity">
      <h3>{name}</h3>
      <Headroom capacity={capacity} format={format} />
      <Bar
        used={used}
        promised={promised}
        physical={physical}
        promisable={promisable}
        label={label}
        isStale={isStale}
        height={14}
      />
      <p className="y-second">
        <span>
          <i data-of="used" />
          {t('used')} {format(used)}
        </span>
        <span>
          <i data-of="promised" />
          {t('promised')} {format(promised)}
        </span>
        <span>
          <i data-of="physical" />
          {t('physical')} {format(physical)}
        </span>
        {reserve !== null && reserve > 0 && (
          <span>
            {t('reserve')} {format(reserve)}
          </span>
        )}
      </p>
    </div>
  )
}

/** One platform: what its machines have, have promised and use. */
export function PlatformPanel({ platform }: { readonly platform: PlatformOverview }) {
  const { t } = useTranslation('overview')
  const lead = (path: string) => () => {
    choosePlatform(platform.platformId)
    goTo(hrefOf(path))
  }
  const { hostsUp, hostsTotal, vmsRunning, vmsTotal, staleHosts } = platform
  const bytes = (value: number | null) => formatBytes(value)
  const cores = (value: number | null) => formatCores(value === null ? null : Math.round(value))
  const isStale = staleHosts > 0 && staleHosts === hostsTotal
  return (
    <Card
      title={platform.name}
      extra={
        <div className="y-panel-counts">
          <button type="button" onClick={lead('hosts')}>
            {t('hosts')}{' '}
            <strong className={hostsUp < hostsTotal ? 'y-warning' : ''}>
              {t('hostsUp', { up: hostsUp, all: hostsTotal })}
            </strong>
          </button>
          <button type="button" onClick={lead('vms')}>
            {t('vms')} <strong>{t('vmsRunning', { running: vmsRunning, all: vmsTotal })}</strong>
          </button>
        </div>
      }
    >
      <div className="y-capacities">
        <CapacityRow name={t('cpu')} capacity={platform.cpu} format={cores} isStale={isStale} />
        <CapacityRow name={t('memory')} capacity={platform.memory} format={bytes} isStale={isStale} />
        <CapacityRow name={t('storage')} capacity={platform.storage} format={bytes} isStale={isStale} />
      </div>
      {staleHosts > 0 && (
        <p className="y-partial y-warning">
          {t('partial', { fresh: hostsTotal - staleHosts, all: hostsTotal, stale: staleHosts })}{' '}
          <a href={hrefOf('hosts')}>{t('view')}</a>
        </p>
      )}
    </Card>
  )
}
