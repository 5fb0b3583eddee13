import { useStore } from 'zustand'
import { useTranslation } from 'react-i18next'
import type { Request, Review } from '#contract/requests.ts'
import type { HostId } from '#contract/ids.ts'
import { useMay, useMe } from '#client/hooks.ts'
import { sentenceOf } from '#kit/fault.ts'
import { useHotkeys } from '#kit/hotkeys.ts'
import { word } from '#kit/i18n/index.ts'
import { Empty, LiveGate, Skeleton, StaleNote } from '#kit/states.tsx'
import { DecisionBar } from './DecisionBar.tsx'
import { Progress } from './Progress.tsx'
import { isWaiting, nextWaiting } from './queue.ts'
import { QueueList } from './QueueList.tsx'
import { RequestActions } from './RequestActions.tsx'
import { RequestPane } from './RequestPane.tsx'
import { notReviewed, type ReviewStore } from './review-store.ts'
import { ReviewPane } from './ReviewPane.tsx'
import { endOf } from './size.ts'
import { useQueue, useReviewed, useReviews, useReviewsAhead } from './use-queue.ts'
import { viewOf, withEntry } from './view-store.ts'

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

function Columns(props: {
  readonly request: Request
  readonly reviews: ReviewStore
  readonly queue: readonly Request[]
  readonly isOff: boolean
  readonly onOpen: (key: string | null) => void
  readonly onStep: (by: 1 | -1) => void
}) {
  const { t } = useTranslation('requests')
  const { request, reviews } = props
  const { requestId } = request
  const store = viewOf(useMe().personId)
  const picks = useStore(store, state => state.picks)
  const remark = useStore(store, state => state.remarks.get(requestId) ?? '')
  const mayDecide = useMay(['approver'])
  const reviewed = useReviewed(reviews, requestId) ?? notReviewed
  const { review } = reviewed
  const picked = pickOf(picks, request, review)
  const blocked = useBlocked(request, review)
  const host = review?.preview.hosts.find(one => one.hostId === (picked ?? review.preview.chosen))
  const decided = (after: Request) => {
    store.setState(have => ({
      remarks: withEntry(have.remarks, requestId, null),
      picks: withEntry(have.picks, requestId, null),
      recent: new Set([...have.recent, requestId]),
    }))
    reviews.outdate()
    props.onOpen(nextWaiting(props.queue, requestId) ?? after.requestId)
  }
  const isDeciding = mayDecide && isWaiting(request)
  return (
    <div className="requests-right">
      <div className="requests-columns">
        <section className="requests-pane" aria-label={request.vmName} key={`request-${requestId}`}>
          <RequestPane request={request} review={review} />
          <RequestActions request={request} />
        </section>
        <section className="requests-pane" aria-label={t('review')} key={`review-${requestId}`}>
          {request.jobId !== null && <Progress request={request} />}
          {isWaiting(request) ? (
            <ReviewPane
              request={request}
              reviewed={reviewed}
              picked={picked}
              mayDecide={mayDecide}
              onPick={hostId => store.setState(have => ({ picks: withEntry(have.picks, requestId, hostId) }))}
              onRetry={() => reviews.want(requestId, 0, true)}
            />
          ) : (
            request.jobId === null && <Empty title={t('notWaiting', { state: word('requestState', request.state) })} />
          )}
        </section>
      </div>
      {isDeciding ? (
        <DecisionBar
          request={request}
          remark={remark}
          hostId={picked ?? review?.preview.chosen ?? null}
          hostName={host?.hostName ?? null}
          blocked={blocked}
          outcome={host ? t('outcome', { host: host.hostName, term: endOf(request) }) : null}
          isOff={props.isOff}
          onRemark={text => store.setState(have => ({ remarks: withEntry(have.remarks, requestId, text) }))}
          onDecided={decided}
          onFailed={() => {
            reviews.outdate()
            reviews.want(requestId, 0, true)
          }}
          onStep={props.onStep}
        />
      ) : (
        isWaiting(request) && <p className="requests-bar requests-bar-note">{t('readOnly')}</p>
      )}
    </div>
  )
}

/** The officer's desk: the queue, the request, what approving it would mean, and the decision. */
export function Approvals() {
  const { t } = useTranslation('requests')
  const store = viewOf(useMe().personId)
  const view = useStore(store)
  const reviews = useReviews()
  const mayCreate = useMay(['operator', 'approver', 'applicant'])
  const { live, queue, open, openKey, setOpen, step } = useQueue(view)
  useReviewsAhead(reviews, queue, open)
  useHotkeys(t('keys'), [
    { keys: 'j', label: t('keyNext'), run: () => step(1) },
    { keys: 'k', label: t('keyPrevious'), run: () => step(-1) },
  ])
  return (
    <LiveGate live={live} skeleton={<Skeleton rows={10} height={64} />}>
      <StaleNote live={live} />
      <div className="y-pick-desk">
        <QueueList
          rows={live.value.rows}
          queue={queue}
          openKey={openKey}
          onOpen={setOpen}
          view={view}
          store={store}
          reviews={reviews}
          mayCreate={mayCreate}
        />
        {open && reviews && (
          <Columns
            request={open}
            reviews={reviews}
            queue={queue}
            isOff={live.phase !== 'live'}
            onOpen={setOpen}
            onStep={step}
          />
        )}
        {open && !reviews && (
          <section className="requests-pane">
            <RequestPane request={open} review={null} />
            <RequestActions request={open} />
          </section>
        )}
        {!open && (
          <div className="requests-pane requests-nothing">
            <Empty title={queue.length === 0 ? t('empty') : t('pick')} />
          </div>
        )}
      </div>
    </LiveGate>
  )
}
