import { useCallback, useEffect, useMemo, useState } from 'react'
import { useStore } from 'zustand'
import type { Request } from '#contract/requests.ts'
import { call, requestsFeed, rpc } from '#client/index.ts'
import { useLive, useMay } from '#client/hooks.ts'
import { usePinned } from '#kit/pick-list/use-pinned.ts'
import { useParam } from '#kit/router.ts'
import { isWaiting, nextWaiting, queueOf, stepIn } from './queue.ts'
import { openReviews, type ReviewStore } from './review-store.ts'
import type { View } from './view-store.ts'

/** A review on the screen is asked for again at this age; one that waits in advance may be older. */
const FRESH_MS = 15_000
const AHEAD_MS = 60_000
/** Reviews of that many waiting requests are asked for in advance, for the glyphs of the list. */
const AHEAD = 40

/** Reviews for as long as the page is there; null for those who may not see any. */
export function useReviews(): ReviewStore | null {
  const may = useMay(['approver', 'operator', 'leader', 'auditor'])
  const [reviews, setReviews] = useState<ReviewStore | null>(null)
  useEffect(() => {
    if (!may) return
    const ask = (requestId: string, signal: AbortSignal) =>
      call(() => rpc.requests.review({ requestId: requestId as Request['requestId'] }, { signal }))
    const opened = openReviews(ask, Date.now)
    setReviews(opened)
    return opened.close
  }, [may])
  return reviews
}

/** Keeps the open request's review fresh, and has the others' ready before they are opened. */
export function useReviewsAhead(reviews: ReviewStore | null, queue: readonly Request[], open: Request | null): void {
  const openId = open?.requestId ?? null
  const openVersion = open?.version
  useEffect(() => {
    if (!reviews || openId === null) return
    reviews.want(openId, FRESH_MS, true)
    const timer = setInterval(() => document.hidden || reviews.want(openId, FRESH_MS, true), FRESH_MS)
    return () => clearInterval(timer)
  }, [reviews, openId, openVersion])
  const ahead = queue.filter(isWaiting).slice(0, AHEAD)
  const next = openId === null ? null : nextWaiting(queue, openId)
  const wanted = [...(next === null ? [] : [next]), ...ahead.map(row => row.requestId)].join(' ')
  useEffect(() => {
    if (!reviews || wanted === '') return
    for (const requestId of wanted.split(' ')) reviews.want(requestId, AHEAD_MS)
  }, [reviews, wanted])
}

/** The list as it is shown, what is open in it, and how to move. */
export function useQueue(view: View) {
  const live = useLive(requestsFeed)
  const [openKey, setOpen] = useParam('open')
  const { rows } = live.value
  const { filter, search, recent } = view
  const queue = useMemo(() => queueOf(rows.values(), filter, search, recent), [rows, filter, search, recent])
  // Nothing was chosen yet: the first one that waits stands open, so that a decision is one key away.
  const first = queue[0]?.requestId ?? null
  const key = openKey !== null && rows.has(openKey) ? openKey : first
  const open = key === null ? null : (rows.get(key) ?? null)
  usePinned(openKey, key, setOpen)
  const step = useCallback((by: 1 | -1) => setOpen(stepIn(queue, key, by)), [queue, key, setOpen])
  return { live, queue, open, openKey: key, setOpen, step }
}

/** The present review of a request, and what it was a moment ago while a newer one comes. */
export function useReviewed(reviews: ReviewStore | null, requestId: string | null) {
  return useStore(reviews?.store ?? none, state => (requestId === null ? undefined : state.reviews.get(requestId)))
}
const none = openReviews(() => Promise.reject(new Error('nobody asks here')), Date.now).store
