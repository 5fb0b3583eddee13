import { useTranslation } from 'react-i18next'
import type { Host, Network, StoragePool } from '#contract/hosts.ts'
import { Bar } from '#kit/Bar.tsx'
import { Section } from '#kit/Drawer.tsx'
import { formatBytes } from '#kit/format/index.ts'
import { StateGlyph } from '#kit/StateGlyph.tsx'
import { isHostStale } from '#console/machine-state.tsx'

const forwards = ['nat', 'bridge', 'route', 'open', 'none', 'isolated'] as const

function useForward(): (network: Network) => string {
  const { t } = useTranslation('hosts')
  return ({ forward }) => t(`forward.${forwards.find(one => one === (forward ?? 'none')) ?? 'other'}`)
}

const types = ['dir', 'fs', 'netfs', 'disk', 'logical'] as const

/** A host's pools and networks. */
export function HostStorage({ host }: { readonly host: Host }) {
  const { t } = useTranslation('hosts')
  const forward = useForward()
  const typeOf = ({ type }: StoragePool) => {
    const known = types.find(one => one === type)
    return known ? t(`poolType.${known}`) : type
  }
  return (
    <>
      <Section title={t('poolsTitle')}>
        {host.pools.length === 0 && <p className="y-second">{t('noPools')}</p>}
        <div className="y-measures">
          {host.pools.map(pool => (
            <div key={pool.name}>
              <span>
                {pool.name} <span className="y-faint">{typeOf(pool)}</span>
              </span>
              {pool.isActive ? (
                <span className="y-second">
                  {t('poolFigures', {
                    used: formatBytes(pool.usedBytes),
                    promised: formatBytes(pool.promisedBytes),
                    capacity: formatBytes(pool.capacityBytes),
                  })}
                </span>
              ) : (
                <StateGlyph shape="stop" tone="quiet" label={t('poolInactive')} />
              )}
              <Bar
                used={pool.usedBytes}
                promised={pool.promisedBytes}
                physical={pool.isActive ? pool.capacityBytes : null}
                label={pool.name}
                isStale={isHostStale(host)}
              />
            </div>
          ))}
        </div>
      </Section>
      <Section title={t('networksTitle')}>
        {host.networks.length === 0 && <p className="y-second">{t('noNetworks')}</p>}
        <ul className="y-lines">
          {host.networks.map(network => (
            <li key={network.name}>
              <StateGlyph
                shape={network.isActive ? 'tick' : 'stop'}
                tone={network.isActive ? 'good' : 'quiet'}
                label={network.name}
              />
              <span className="y-grow" />
              <span className="y-second">{forward(network)}</span>
              {network.bridge !== null && <span className="y-second">{t('bridge', { name: network.bridge })}</span>}
            </li>
          ))}
        </ul>
      </Section>
    </>
  )
}
