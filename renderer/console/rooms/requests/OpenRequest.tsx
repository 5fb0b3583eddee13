import { useStore } from 'zustand'
import { useTranslation } from 'react-i18next'
import type { Request, Review } from '#contract/requests.ts'
import type { HostId } from '#contract/ids.ts'
import { useMay, useMe } from '#client/hooks.ts'
import { sentenceOf } from '#kit/fault.ts'
import { word } from '#kit/i18n/index.ts'
import { Empty } from '#kit/states.tsx'
import { DecisionBar } from './DecisionBar.tsx'
import { Progress } from './Progress.tsx'
import { isWaiting, nextWaiting } from './queue.ts'
import { RequestActions } from './RequestActions.tsx'
import { RequestPane } from './RequestPane.tsx'
import { notReviewed, type ReviewStore } from './review-store.ts'
import { ReviewPane } from './ReviewPane.tsx'
import { endOf } from './size.ts'
import { useReviewed } from './use-queue.ts'
import { viewOf, withEntry } from './view-store.ts'

type OpenRequestProps = {
  readonly request: Request
  readonly reviews: ReviewStore
  readonly queue: readonly Request[]
  readonly isOff: boolean
  readonly onOpen: (key: string | null) => void
  readonly onStep: (by: 1 | -1) => void
}

/** A pick counts only while that host still fits. */
function pickOf(picks: ReadonlyMap<string, HostId>, request: Request, review: Review | null): HostId | null {
  const picked = picks.get(request.requestId) ?? null
  return review?.preview.hosts.some(host => host.hostId === picked && host.fits) ? picked : null
}

/** Why a request cannot be approved by this person now; null: it can. */
function useBlocked(request: Request, review: Review | null): string | null {
  const { t } = useTranslation('requests')
  const me = useMe()
  if (request.enteredBy === me.personId) return t('own')
  if (review === null) return t('verdict.checking')
  const first = review.obstacles[0]
  if (first) return `${t('blockedHint')}${sentenceOf(first).says}`
  return review.preview.chosen === null ? t('blockedHint') : null
}

/** The review of the open request, and what this reader picked and wrote for it. */
function useOnDesk(request: Request, reviews: ReviewStore) {
  const { requestId } = request
  const store = viewOf(useMe().personId)
  const picks = useStore(store, state => state.picks)
  const remark = useStore(store, state => state.remarks.get(requestId) ?? '')
  const reviewed = useReviewed(reviews, requestId) ?? notReviewed
  const { review } = reviewed
  const picked = pickOf(picks, request, review)
  const host = review?.preview.hosts.find(one => one.hostId === (picked ?? review.preview.chosen))
  return { store, remark, reviewed, review, picked, host }
}
type OnDesk = ReturnType<typeof useOnDesk>

/** What approving it would mean while it waits; afterwards, how far its job is. */
function Meaning({ open, desk }: { readonly open: OpenRequestProps; readonly desk: OnDesk }) {
  const { t } = useTranslation('requests')
  const { request, reviews } = open
  const { requestId } = request
  const mayDecide = useMay(['approver'])
  return (
    <>
      {request.jobId !== null && <Progress request={request} />}
      {isWaiting(request) ? (
        <ReviewPane
          request={request}
          reviewed={desk.reviewed}
          picked={desk.picked}
          mayDecide={mayDecide}
          onPick={hostId => desk.store.setState(have => ({ picks: withEntry(have.picks, requestId, hostId) }))}
          onRetry={() => reviews.want(requestId, 0, true)}
        />
      ) : (
        request.jobId === null && <Empty title={t('notWaiting', { state: word('requestState', request.state) })} />
      )}
    </>
  )
}

function Decision({ open, desk }: { readonly open: OpenRequestProps; readonly desk: OnDesk }) {
  const { t } = useTranslation('requests')
  const { request, reviews } = open
  const { requestId } = request
  const { store, review, picked, host } = desk
  const blocked = useBlocked(request, review)
  const decided = (after: Request) => {
    store.setState(have => ({
      remarks: withEntry(have.remarks, requestId, null),
      picks: withEntry(have.picks, requestId, null),
      recent: new Set([...have.recent, requestId]),
    }))
    reviews.outdate()
    open.onOpen(nextWaiting(open.queue, requestId) ?? after.requestId)
  }
  return (
    <DecisionBar
      request={request}
      remark={desk.remark}
      hostId={picked ?? review?.preview.chosen ?? null}
      hostName={host?.hostName ?? null}
      blocked={blocked}
      outcome={host ? t('outcome', { host: host.hostName, term: endOf(request) }) : null}
      isOff={open.isOff}
      onRemark={text => store.setState(have => ({ remarks: withEntry(have.remarks, requestId, text) }))}
      onDecided={decided}
      onFailed={() => {
        reviews.outdate()
        reviews.want(requestId, 0, true)
      }}
      onStep={open.onStep}
    />
  )
}

/** One request: as the department wrote it, what approving it would mean, and the decision. */
export function OpenRequest(props: OpenRequestProps) {
  const { t } = useTranslation('requests')
  const { request, reviews } = props
  const { requestId } = request
  const desk = useOnDesk(request, reviews)
  const mayDecide = useMay(['approver'])
  const waits = isWaiting(request)
  return (
    <div className="requests-right">
      <div className="requests-columns">
        <section className="requests-pane" aria-label={request.vmName} key={`request-${requestId}`}>
          <RequestPane request={request} review={desk.review} />
          <RequestActions request={request} />
        </section>
        <section className="requests-pane" aria-label={t('review')} key={`review-${requestId}`}>
          <Meaning open={props} desk={desk} />
        </section>
      </div>
      {waits && mayDecide && <Decision open={props} desk={desk} />}
      {waits && !mayDecide && <p className="requests-bar requests-bar-note">{t('readOnly')}</p>}
    </div>
  )
}
