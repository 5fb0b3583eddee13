import { useTranslation } from 'react-i18next'
import type { HostId } from '#contract/ids.ts'
import type { Amounts } from '#contract/quantities.ts'
import type { Request, Review } from '#contract/requests.ts'
import { useMay } from '#client/hooks.ts'
import { formatClock } from '#kit/format/index.ts'
import { hrefOf } from '#kit/router.ts'
import { Failed, FaultNote, Skeleton } from '#kit/states.tsx'
import { ChangeLine } from './HostBars.tsx'
import { Placement } from './Placement.tsx'
import { isWaiting } from './queue.ts'
import { VerdictGlyph } from './request-state.tsx'
import type { Reviewed } from './review-store.ts'
import { amountsText, quotaLines } from './size.ts'
import { verdictOf } from './verdict.ts'
import './review-pane.css'

const isWithin = (after: Amounts, limit: Amounts): boolean =>
  quotaLines(limit, after).every(line => line.used <= line.limit)
const minus = (a: Amounts, b: Amounts): Amounts => ({
  vcpus: a.vcpus - b.vcpus,
  memoryBytes: a.memoryBytes - b.memoryBytes,
  storageBytes: a.storageBytes - b.storageBytes,
})

function Quota({ review, request }: { readonly review: Review; readonly request: Request }) {
  const { t } = useTranslation('requests')
  const mayWrite = useMay(['approver'])
  const { quota } = review
  const href = hrefOf('requests', { view: 'quotas', department: request.departmentId, platform: request.platformId })
  return (
    <section className="requests-block">
      <div className="y-row">
        <h3 className="y-grow">{t('quotaTitle', { department: request.departmentName })}</h3>
        {mayWrite && <a href={href}>{t(quota ? 'quotas.edit' : 'quotaSet')}</a>}
      </div>
      {quota ? (
        <>
          <div className="requests-bars">
            {quotaLines(quota.limit, quota.used, quota.after).map(({ pool, limit, used, after }) => (
              <ChangeLine key={pool} pool={pool} change={{ before: used, after, capacity: limit }} />
            ))}
          </div>
          {isWithin(quota.after, quota.limit) && (
            <p className="y-second requests-left">
              {t('quotaLeft', { amounts: amountsText(minus(quota.limit, quota.after)) })}
            </p>
          )}
        </>
      ) : (
        <p className="y-second">{t('quotaNone', { platform: request.platformName })}</p>
      )}
    </section>
  )
}

/** What approving would mean: what forbids it, the quota and the place, with the numbers. */
export function ReviewPane(props: {
  readonly request: Request
  readonly reviewed: Reviewed
  readonly picked: HostId | null
  readonly mayDecide: boolean
  readonly onPick: (hostId: HostId | null) => void
  readonly onRetry: () => void
}) {
  const { t } = useTranslation('requests')
  const { request, reviewed } = props
  const { review, at, failure } = reviewed
  if (!review) {
    return failure ? <Failed failure={failure} onRetry={props.onRetry} /> : <Skeleton rows={10} />
  }
  return (
    <>
      <div className="y-row requests-verdict">
        <span className="y-grow">
          <VerdictGlyph verdict={verdictOf(review)} />
        </span>
        {at !== null && <span className="y-faint">{t('reviewAt', { at: formatClock(at) })}</span>}
      </div>
      {failure && <Failed failure={failure} onRetry={props.onRetry} />}
      {review.obstacles.map(fault => (
        <FaultNote key={fault.code} fault={fault} />
      ))}
      <Quota review={review} request={request} />
      <Placement
        request={request}
        preview={review.preview}
        picked={props.picked}
        isFixed={!props.mayDecide || !isWaiting(request)}
        onPick={props.onPick}
      />
    </>
  )
}
