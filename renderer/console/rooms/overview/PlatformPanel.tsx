import { Tooltip } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Capacity, PlatformOverview } from '#contract/pools.ts'
import { Bar } from '#kit/Bar.tsx'
import { formatBytes, formatCores, formatCount, formatMemory, formatPercent } from '#kit/format/index.ts'
import { Card } from '#kit/Page.tsx'
import { goTo, hrefOf } from '#kit/router.ts'
import { StateGlyph } from '#kit/StateGlyph.tsx'
import { choosePlatform } from '#console/platform.tsx'
import { capacityTones } from './capacity-tones.ts'

type CapacityRowProps = {
  readonly name: string
  readonly capacity: Capacity
  /** Of what can be promised; CPUs are told in cores. */
  readonly format: (value: number | null) => string
  /** Of what is physically there; CPUs are told in threads. */
  readonly formatPhysical: (value: number | null) => string
  readonly isStale: boolean
}

/** How much is promised of what may be, and in words when that is nearly or wholly all. */
function Share({ capacity }: Pick<CapacityRowProps, 'capacity'>) {
  const { t } = useTranslation('overview')
  const { promised, promisable, state } = capacity
  if (promised === null || promisable === null || state === null) return <span className="y-grow" />
  const share = promisable === 0 ? null : t('promisedShare', { share: formatPercent(promised / promisable) })
  return (
    <span className="y-row y-grow y-second">
      {share}
      {state !== 'ample' && <StateGlyph shape="warn" tone={capacityTones[state]} label={t(`fullness.${state}`)} />}
    </span>
  )
}

function Headroom({ capacity, format, isStale }: Pick<CapacityRowProps, 'capacity' | 'format' | 'isStale'>) {
  const { t } = useTranslation('overview')
  const { promisable, promised } = capacity
  if (promisable === null || promised === null) return null
  if (promised > promisable) {
    return <strong className="y-critical">{t('over', { over: format(promised - promisable) })}</strong>
  }
  if (isStale) return <span className="y-second">{t('freeWas', { free: format(promisable - promised) })}</span>
  return <strong>{t('free', { free: format(promisable - promised) })}</strong>
}

/** What the mark on the bar stands for, with the sum behind it as its tooltip. */
function Limit({ capacity, format, formatPhysical }: Omit<CapacityRowProps, 'name' | 'isStale'>) {
  const { t } = useTranslation('overview')
  const { physical, promisable, reserve } = capacity
  if (physical === null || promisable === null || reserve === null) return null
  const gross = promisable + reserve
  const words = { physical: formatPhysical(physical), gross: format(gross), reserve: format(reserve) }
  const base = gross === physical ? 'limitPlain' : gross > physical ? 'limitOvercommitted' : 'limitKeptBack'
  return (
    <Tooltip title={`${t(base, words)}${reserve > 0 ? t('limitReserve', words) : ''}`}>
      <span tabIndex={0}>
        <i data-of="limit" />
        {t('promisable')} {format(promisable)}
        {reserve > 0 && t('reserve', words)}
      </span>
    </Tooltip>
  )
}

function CapacityRow(props: CapacityRowProps) {
  const { name, capacity, format, formatPhysical, isStale } = props
  const { t } = useTranslation('overview')
  const { used, promised, physical, promisable } = capacity
  const label = t('barLabel', {
    what: name,
    used: format(used),
    promised: format(promised),
    physical: formatPhysical(physical),
    promisable: format(promisable),
  })
  return (
    <div className="y-capacity">
      <header className="y-row">
        <h3>{name}</h3>
        <Share capacity={capacity} />
        <Headroom capacity={capacity} format={format} isStale={isStale} />
      </header>
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
          {t('physical')} {formatPhysical(physical)}
        </span>
        <Limit capacity={capacity} format={format} formatPhysical={formatPhysical} />
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
  const { hostsUp, hostsTotal, vmsRunning, vmsUnknown, vmsTotal, staleHosts } = platform
  const bytes = { memory: formatMemory, storage: (value: number | null) => formatBytes(value) }
  const cores = (value: number | null) => formatCores(value === null ? null : Math.round(value))
  const threads = (value: number | null) => t('threads', { n: formatCount(value) })
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
            {vmsUnknown > 0 && <strong className="y-warning"> {t('vmsUnknown', { n: vmsUnknown })}</strong>}
          </button>
        </div>
      }
    >
      <div className="y-capacities">
        <CapacityRow
          name={t('cpu')}
          capacity={platform.cpu}
          format={cores}
          formatPhysical={threads}
          isStale={isStale}
        />
        {(['memory', 'storage'] as const).map(kind => (
          <CapacityRow
            key={kind}
            name={t(kind)}
            capacity={platform[kind]}
            format={bytes[kind]}
            formatPhysical={bytes[kind]}
            isStale={isStale}
          />
        ))}
      </div>
      {staleHosts > 0 && (
        <p className="y-partial y-warning">
          {t('partial', { fresh: hostsTotal - staleHosts, all: hostsTotal, stale: staleHosts })}{' '}
          <a href={hrefOf('hosts', { state: 'away' })}>{t('view')}</a>
        </p>
      )}
    </Card>
  )
}
