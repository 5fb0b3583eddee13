import { useStore } from 'zustand'
import type { Request } from '#contract/requests.ts'
import { jobsFeed } from '#client/index.ts'
import { useRow } from '#client/hooks.ts'
import { formatDuration } from '#kit/format/index.ts'
import { text, word } from '#kit/i18n/index.ts'
import { Instant } from '#kit/Age.tsx'
import { jobProgress } from '../jobs/sentence.ts'
import { isWaiting } from './queue.ts'
import type { ReviewStore } from './review-store.ts'
import { Deadline, RequestGlyph, VerdictGlyph, Waited } from './request-state.tsx'
import { sizeOf } from './size.ts'
import { verdictOf } from './verdict.ts'

function ItemVerdict({ requestId, reviews }: { readonly requestId: string; readonly reviews: ReviewStore }) {
  const have = useStore(reviews.store, state => state.reviews.get(requestId))
  if (have?.review) return <VerdictGlyph verdict={verdictOf(have.review)} isBare />
  return <VerdictGlyph verdict={have?.isLoading ? 'checking' : 'unknown'} isBare />
}

/** Of what is being made: which step; of what was made: how long it took. */
function ItemProgress({ request }: { readonly request: Request }) {
  const job = useRow(jobsFeed, request.jobId)
  if (!job || request.state === 'granted') {
    const approvedAt = request.decidedAt
    const grantedAt = request.history.findLast(entry => entry.action === 'granted')?.at
    if (request.state !== 'granted' || approvedAt === null || grantedAt === undefined)
      return <Moved request={request} />
    return (
      <span className="y-second">{text('requests:doneIn', { duration: formatDuration(grantedAt - approvedAt) })}</span>
    )
  }
  if (request.state !== 'allocating') return <Moved request={request} />
  if (job.state === 'stuck') return <span className="requests-late">{word('jobState', job.state)}</span>
  const { done, of } = jobProgress(job)
  return <span className="y-second">{text('jobs:strip', { n: Math.min(done + 1, of), of })}</span>
}

const Moved = ({ request }: { readonly request: Request }) => (
  <span className="y-second">
    <Instant at={request.history.at(-1)?.at ?? request.submittedAt} />
  </span>
)

/** One request in the list: whom it is for and what is asked, how long it has waited and whether it could be granted. */
export function QueueItem(props: { readonly request: Request; readonly reviews: ReviewStore | null }) {
  const { request, reviews } = props
  const isOpen = isWaiting(request)
  return (
    <div className="y-pick-entry requests-item">
      <div className="y-row">
        {isOpen && reviews ? (
          <ItemVerdict requestId={request.requestId} reviews={reviews} />
        ) : (
          <RequestGlyph state={request.state} isBare />
        )}
        <strong className="y-cut y-grow">{request.departmentName}</strong>
        {isOpen ? <Deadline request={request} /> : <ItemProgress request={request} />}
      </div>
      <div className="y-row">
        <span className="y-cut y-grow">
          {request.vmName} <span className="y-second">{request.applicationName}</span>
        </span>
      </div>
      <div className="y-row y-second">
        <span className="y-cut y-grow">{sizeOf(request)}</span>
        {isOpen && (
          <span className="requests-item-age">
            {request.state === 'failed' ? <RequestGlyph state="failed" /> : <Waited request={request} />}
          </span>
        )}
      </div>
    </div>
  )
}
