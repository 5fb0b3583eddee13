import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Review } from '#contract/requests.ts'
import type { Failure } from '#client/failure.ts'

/** What is known of one request's review. The last answer stays while a newer one is awaited or has failed. */
export type Reviewed = {
  readonly review: Review | null
  /** When the answer came, ms since 1970. */
  readonly at: number | null
  readonly failure: Failure | null
  readonly isLoading: boolean
}
export const notReviewed: Reviewed = { review: null, at: null, failure: null, isLoading: false }
type Reviews = { readonly reviews: ReadonlyMap<string, Reviewed> }

/** Questions on the way at a time: the core answers others too. */
const AT_ONCE = 2
/** Answers that are kept; the ones that were asked for longest ago go first. */
const KEPT = 100

export type ReviewStore = {
  readonly store: StoreApi<Reviews>
  /**
   * Makes sure that an answer not older than `maxAgeMs` is there or on its way. `soon` goes before what was asked for
   * in advance.
   */
  readonly want: (requestId: string, maxAgeMs: number, soon?: boolean) => void
  /** Capacity has changed: every answer counts as old, and stays on the screen until the next one. */
  readonly outdate: () => void
  readonly close: () => void
}

/** The answers with one changed and put last, so that the bound takes the others first. */
function withReview(
  reviews: ReadonlyMap<string, Reviewed>,
  requestId: string,
  change: Partial<Reviewed>,
): ReadonlyMap<string, Reviewed> {
  const next = new Map(reviews)
  const have = next.get(requestId) ?? notReviewed
  next.delete(requestId)
  next.set(requestId, { ...have, ...change })
  for (const oldest of next.keys()) {
    if (next.size <= KEPT) break
    next.delete(oldest)
  }
  return next
}

/**
 * Reviews of requests, asked for in advance so that the next one is there before it is looked at.
 *
 * @param ask  rejects with `Failure` only
 */
export function openReviews(
  ask: (requestId: string, signal: AbortSignal) => Promise<Review>,
  now: () => number,
): ReviewStore {
  const store = createStore<Reviews>()(() => ({ reviews: new Map() }))
  const closing = new AbortController()
  const waiting: string[] = []
  let running = 0
  let outdatedAt = 0

  const put = (requestId: string, change: Partial<Reviewed>): void =>
    store.setState(({ reviews }) => ({ reviews: withReview(reviews, requestId, change) }))

  async function load(requestId: string): Promise<void> {
    const askedAt = now()
    try {
      const review = await ask(requestId, closing.signal)
      if (!closing.signal.aborted) put(requestId, { review, at: askedAt, failure: null, isLoading: false })
    } catch (failure) {
      if (!closing.signal.aborted) put(requestId, { failure: failure as Failure, isLoading: false })
    } finally {
      running -= 1
      pump()
    }
  }

  function pump(): void {
    while (running < AT_ONCE && !closing.signal.aborted) {
      const requestId = waiting.shift()
      if (requestId === undefined) return
      running += 1
      void load(requestId)
    }
  }

  const isFresh = ({ at }: Reviewed, maxAgeMs: number): boolean =>
    at !== null && at >= outdatedAt && now() - at <= maxAgeMs

  return {
    store,
    want: (requestId, maxAgeMs, soon = false) => {
      const have = store.getState().reviews.get(requestId) ?? notReviewed
      const at = waiting.indexOf(requestId)
      if (have.isLoading && at < 0) return
      if (at < 0 && isFresh(have, maxAgeMs)) return
      if (at >= 0 && !soon) return
      if (at >= 0) waiting.splice(at, 1)
      if (soon) waiting.unshift(requestId)
      else waiting.push(requestId)
      if (!have.isLoading) put(requestId, { isLoading: true })
      pump()
    },
    outdate: () => {
      outdatedAt = now()
    },
    close: () => {
      waiting.length = 0
      closing.abort()
    },
  }
}
