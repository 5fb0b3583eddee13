import { expect, test } from 'vitest'
import type { Review } from '#contract/requests.ts'
import { Failure } from '#client/failure.ts'
import { HostId } from '#contract/ids.ts'
import { openReviews } from './review-store.ts'
import { verdictOf } from './verdict.ts'

const review = (changes: Partial<Review['preview']> = {}, obstacles: Review['obstacles'] = []): Review => ({
  quota: null,
  obstacles,
  preview: {
    hosts: [],
    chosen: HostId.parse('gov-01'),
    reserveKept: true,
    moreLikeThis: 3,
    platform: { freeVcpus: 0, freeMemoryBytes: 0, freeStorageBytes: 0, reserveMemoryBytes: 0 },
    ...changes,
  },
  machines: [],
})

/** Reviews whose answers the test gives, at a time that the test sets. */
function open() {
  const asked: { id: string; answer: (review: Review) => void; refuse: (failure: Failure) => void }[] = []
  let at = 1_000
  const reviews = openReviews(
    id => new Promise((answer, refuse) => asked.push({ id, answer, refuse })),
    () => at,
  )
  const settle = () => new Promise(resolve => setTimeout(resolve, 0))
  return { reviews, asked, settle, ids: () => asked.map(one => one.id), go: (ms: number) => (at += ms) }
}

test('asks two at a time and the rest as answers come', async () => {
  const { reviews, asked, ids, settle } = open()
  for (const id of ['a', 'b', 'c', 'd']) reviews.want(id, 0)
  expect(ids()).toEqual(['a', 'b'])
  asked[0]?.answer(review())
  await settle()
  expect(ids()).toEqual(['a', 'b', 'c'])
})

test('what is looked at now overtakes what was asked for in advance', async () => {
  const { reviews, asked, ids, settle } = open()
  for (const id of ['a', 'b', 'c', 'd']) reviews.want(id, 0)
  reviews.want('d', 0, true)
  asked[0]?.answer(review())
  await settle()
  expect(ids()).toEqual(['a', 'b', 'd'])
})

test('an answer that is young enough is not asked for again, an older one is', async () => {
  const { reviews, asked, ids, settle, go } = open()
  reviews.want('a', 5_000)
  reviews.want('a', 5_000)
  asked[0]?.answer(review())
  await settle()
  go(5_000)
  reviews.want('a', 5_000)
  expect(ids()).toEqual(['a'])
  go(1)
  reviews.want('a', 5_000)
  expect(ids()).toEqual(['a', 'a'])
})

test('after a decision every answer is old, and stays to be seen until the next', async () => {
  const { reviews, asked, ids, settle, go } = open()
  reviews.want('a', 60_000)
  asked[0]?.answer(review())
  await settle()
  go(10)
  reviews.outdate()
  reviews.want('a', 60_000)
  expect(ids()).toEqual(['a', 'a'])
  expect(reviews.store.getState().reviews.get('a')).toMatchObject({
    isLoading: true,
    review: { preview: { moreLikeThis: 3 } },
  })
})

test('a failed question keeps the last answer and says why', async () => {
  const { reviews, asked, settle, go } = open()
  reviews.want('a', 0)
  asked[0]?.answer(review())
  await settle()
  go(1)
  reviews.want('a', 0)
  asked[1]?.refuse(new Failure('client/offline'))
  await settle()
  const have = reviews.store.getState().reviews.get('a')
  expect(have?.review).not.toBeNull()
  expect(have?.failure?.code).toBe('client/offline')
})

test('nothing is asked and nothing is told after it is closed', async () => {
  const { reviews, asked, ids, settle } = open()
  for (const id of ['a', 'b', 'c']) reviews.want(id, 0)
  reviews.close()
  asked[0]?.answer(review())
  await settle()
  expect(ids()).toEqual(['a', 'b'])
  expect(reviews.store.getState().reviews.get('a')?.review).toBeNull()
})

test('obstacles or no host block; a reserve in doubt or the last place is for notice', () => {
  expect(verdictOf(review())).toBe('passes')
  expect(verdictOf(review({ reserveKept: null }))).toBe('notice')
  expect(verdictOf(review({ moreLikeThis: 0 }))).toBe('notice')
  expect(verdictOf(review({ chosen: null }))).toBe('blocked')
  expect(verdictOf(review({}, [{ code: 'request/own', data: {} }]))).toBe('blocked')
})
