import { Button, Radio } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { HostId } from '#contract/ids.ts'
import type { HostVerdict, PlacementPreview } from '#contract/placement.ts'
import type { Request } from '#contract/requests.ts'
import { useQuery } from '#client/hooks.ts'
import { hrefOf } from '#kit/router.ts'
import { StateGlyph } from '#kit/StateGlyph.tsx'
import { fullestAfter, HostBars } from './HostBars.tsx'
import { obstaclesOf, whyYes } from './reasons.ts'
import { amountsText } from './size.ts'
import './placement.css'

/** Shown at once; the rest on demand, so that fifty hosts do not push the decision out of sight. */
const AT_FIRST = 5

/** @param lost  hosts whose loss the platform must bear; 0: it keeps no reserve */
function Headroom({ preview, lost }: { readonly preview: PlacementPreview; readonly lost: number | undefined }) {
  const { t } = useTranslation('requests')
  const { moreLikeThis, platform } = preview
  const reserveKept = lost === 0 ? 'none' : preview.reserveKept
  return (
    <ul className="requests-facts">
      <li>
        {reserveKept === 'none' && <StateGlyph shape="warn" tone="warning" label={t('met.noReserve')} />}
        {reserveKept === true && <StateGlyph shape="tick" tone="good" label={t('reserveKept', { n: lost ?? 1 })} />}
        {reserveKept === false && (
          <StateGlyph shape="block" tone="critical" label={t('reserveLost', { n: lost ?? 1 })} />
        )}
        {reserveKept === null && <StateGlyph shape="ask" tone="unknown" label={t('reserveUnknown')} />}
      </li>
      <li>
        {moreLikeThis > 0 ? (
          <StateGlyph shape="tick" tone="good" label={t('moreLikeThis', { n: moreLikeThis })} />
        ) : (
          <StateGlyph shape="warn" tone="warning" label={t('moreNone')} />
        )}
      </li>
      <li className="y-second">
        {t(lost === 0 ? 'platformLeft' : 'platformLeftReserved', {
          amounts: amountsText({
            vcpus: platform.freeVcpus,
            memoryBytes: platform.freeMemoryBytes,
            storageBytes: platform.freeStorageBytes,
          }),
        })}
      </li>
    </ul>
  )
}

function Refused({ hosts, request }: { readonly hosts: readonly HostVerdict[]; readonly request: Request }) {
  const { t } = useTranslation('requests')
  const [isAll, setAll] = useState(false)
  if (hosts.length === 0) return null
  const shown = isAll ? hosts : hosts.slice(0, AT_FIRST)
  return (
    <section className="requests-block">
      <h3>{t('refused', { n: hosts.length })}</h3>
      <ul className="requests-refused">
        {shown.map(host => (
          <li key={host.hostId}>
            <strong className="y-cut">{host.hostName}</strong>
            <ul>
              {obstaclesOf(host, request).map(why => (
                <li key={why}>{why}</li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
      {shown.length < hosts.length && (
        <Button type="link" size="small" onClick={() => setAll(true)}>
          {t('refusedOpen', { n: hosts.length - shown.length })}
        </Button>
      )}
    </section>
  )
}

function Fitting(props: {
  readonly hosts: readonly HostVerdict[]
  readonly at: HostId
  readonly chosen: HostId
  readonly isFixed: boolean
  readonly onPick: (hostId: HostId | null) => void
}) {
  const { t } = useTranslation('requests')
  const [isAll, setAll] = useState(false)
  const { hosts, at, chosen } = props
  if (hosts.length < 2) return null
  const shown = isAll ? hosts : hosts.filter((host, i) => i < AT_FIRST || host.hostId === at)
  return (
    <section className="requests-block">
      <h3>{t('alternatives', { n: hosts.length })}</h3>
      <Radio.Group
        className="requests-hosts"
        value={at}
        disabled={props.isFixed}
        onChange={event => props.onPick(event.target.value === chosen ? null : (event.target.value as HostId))}
      >
        {shown.map(host => (
          <Radio key={host.hostId} value={host.hostId}>
            <span className="y-cut">{host.hostName}</span>
            {host.hostId === chosen && <span className="requests-mark">{t('best')}</span>}
            <span className="y-second y-cut requests-hosts-full">{fullestAfter(host)}</span>
          </Radio>
        ))}
      </Radio.Group>
      {shown.length < hosts.length && (
        <Button type="link" size="small" onClick={() => setAll(true)}>
          {t('fittingOpen', { n: hosts.length - shown.length })}
        </Button>
      )}
    </section>
  )
}

/** Where the machine would go and what that leaves, where else it could go, and why nowhere else. */
export function Placement(props: {
  readonly request: Request
  readonly preview: PlacementPreview
  readonly picked: HostId | null
  /** The hosts can be looked at but not picked: this reader does not decide, or it is decided. */
  readonly isFixed: boolean
  readonly onPick: (hostId: HostId | null) => void
}) {
  const { t } = useTranslation('requests')
  const { request, preview, picked } = props
  const fitting = preview.hosts.filter(host => host.fits)
  const refused = preview.hosts.filter(host => !host.fits)
  const host = fitting.find(one => one.hostId === (picked ?? preview.chosen))
  const onPicked = useQuery(picked && `review/${request.requestId}/${picked}`, (r, options) =>
    r.requests.review({ requestId: request.requestId, ...(picked && { hostId: picked }) }, options),
  ).value?.preview
  const after = picked === null ? preview : onPicked
  const platforms = useQuery('platforms', rpc => rpc.site.platforms({})).value
  const lost = platforms?.find(one => one.platformId === request.platformId)?.reserveHosts
  return (
    <>
      <section className="requests-block">
        <div className="y-row">
          <h3 className="y-grow">{t(picked === null ? 'chosen' : 'picked')}</h3>
          {host && <a href={hrefOf('hosts', { open: host.hostId })}>{host.hostName}</a>}
        </div>
        {host ? <HostBars verdict={host} /> : <StateGlyph shape="block" tone="critical" label={t('noHost')} />}
        {host && after && <Headroom preview={after} lost={lost} />}
        {host && (
          <details className="requests-why">
            <summary>{t('whyHere')}</summary>
            <ul>
              {picked === null && fitting.length > 1 && <li>{t('bestWhy', { n: fitting.length })}</li>}
              {host.rules.map(rule => (
                <li key={rule.rule}>{whyYes(rule, request)}</li>
              ))}
            </ul>
          </details>
        )}
      </section>
      {host && preview.chosen !== null && (
        <Fitting
          hosts={fitting}
          at={host.hostId}
          chosen={preview.chosen}
          isFixed={props.isFixed}
          onPick={props.onPick}
        />
      )}
      <Refused hosts={refused} request={request} />
    </>
  )
}
