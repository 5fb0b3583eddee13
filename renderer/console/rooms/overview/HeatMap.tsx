import { useTranslation } from 'react-i18next'
import type { Host } from '#contract/hosts.ts'
import type { PlatformOverview } from '#contract/pools.ts'
import { formatPercent } from '#kit/format/index.ts'
import { Card } from '#kit/Page.tsx'
import { hrefOf } from '#kit/router.ts'
import { isHostStale } from '#console/machine-state.tsx'
import { heatOf, peakCpu } from './heat.ts'

function Tile({ host }: { readonly host: Host }) {
  const { t } = useTranslation('overview')
  const peak = isHostStale(host) ? null : peakCpu(host)
  const label =
    peak === null
      ? t('heatUnknown', { host: host.name })
      : t('heatTile', { host: host.name, peak: formatPercent(peak) })
  return (
    <a
      className="y-tile"
      href={hrefOf('hosts', { open: host.hostId })}
      title={label}
      data-heat={peak === null ? 'unknown' : heatOf(peak)}
    >
      <span className="y-cut">{host.name}</span>
      <strong>{peak === null ? t('legendUnknown') : formatPercent(peak)}</strong>
    </a>
  )
}

function Legend() {
  const { t } = useTranslation('overview')
  return (
    <span className="y-heat-legend y-second">
      {t('legendIdle')}
      {[0, 1, 2, 3, 4].map(step => (
        <i key={step} data-heat={step} />
      ))}
      {t('legendBusy')}
      <i data-heat="unknown" />
      {t('legendUnknown')}
    </span>
  )
}

/** A tile a host, by platform and kind of CPU; the shade is the busiest minute of the last hour. */
export function HeatMap(props: { readonly hosts: readonly Host[]; readonly platforms: readonly PlatformOverview[] }) {
  const { t } = useTranslation('overview')
  return (
    <Card title={t('heat')} extra={<Legend />}>
      <p className="y-second y-small">{t('heatHint')}</p>
      {props.platforms.map(platform => {
        const own = props.hosts
          .filter(host => host.platformId === platform.platformId)
          .sort(
            (a, b) =>
              (a.arch ?? '').localeCompare(b.arch ?? '') ||
              (a.cpuModel ?? '').localeCompare(b.cpuModel ?? '') ||
              a.name.localeCompare(b.name, 'zh-CN', { numeric: true }),
          )
        return (
          <section key={platform.platformId} className="y-heat">
            <h3>{platform.name}</h3>
            <div>
              {own.length === 0 && <p className="y-second">{t('noHosts')}</p>}
              {own.map(host => (
                <Tile key={host.hostId} host={host} />
              ))}
            </div>
          </section>
        )
      })}
    </Card>
  )
}
