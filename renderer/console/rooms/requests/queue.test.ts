import { expect, test } from 'vitest'
import type { Request } from '#contract/requests.ts'
import { sampleRequest } from './sample-request.ts'
import { countRequests, isLate, nextWaiting, queueOf, stepIn } from './queue.ts'

const keys = (rows: readonly Request[]): string => rows.map(row => row.requestId).join(' ')
const rows = [
  sampleRequest({
    requestId: 'granted-old',
    state: 'granted',
    submittedAt: 1,
    history: [{ at: 10, by: 'x', action: 'granted', reason: null }],
  }),
  sampleRequest({ requestId: 'due-later', deadlineAt: 900 }),
  sampleRequest({
    requestId: 'returned',
    state: 'returned',
    submittedAt: 3,
    history: [{ at: 50, by: 'x', action: 'returned', reason: 'y' }],
  }),
  sampleRequest({ requestId: 'failed-first', state: 'failed', deadlineAt: 100 }),
  sampleRequest({ requestId: 'due-soon', deadlineAt: 500 }),
]

test('what waits stands first with the oldest deadline on top, then what moved last', () => {
  expect(keys(queueOf(rows, 'all'))).toBe('failed-first due-soon due-later returned granted-old')
})

test('an allocation that failed waits for the officer again', () => {
  expect(keys(queueOf(rows, 'waiting'))).toBe('failed-first due-soon due-later')
})

test('a request that was decided just now stays in the list, below what waits', () => {
  expect(keys(queueOf(rows, 'waiting', '', new Set(['returned'])))).toBe('failed-first due-soon due-later returned')
})

test('all words of a search must be found, wherever they are', () => {
  const named = [...rows, sampleRequest({ requestId: 'exam', departmentName: '市教育局', vmName: 'zk-web-01' })]
  expect(keys(queueOf(named, 'all', '教育 ZK-web'))).toBe('exam')
  expect(queueOf(named, 'all', '教育 mail')).toEqual([])
})

test('only what waits can be late', () => {
  expect(isLate({ state: 'submitted', deadlineAt: 100 }, 101)).toBe(true)
  expect(isLate({ state: 'submitted', deadlineAt: 100 }, 100)).toBe(false)
  expect(isLate({ state: 'granted', deadlineAt: 100 }, 101)).toBe(false)
})

test('counts what each filter would show', () => {
  expect(countRequests(rows)).toEqual({ waiting: 3, returned: 1, all: 5 })
})

test('after a decision the next one down that waits comes up, then the first above, then none', () => {
  const queue = queueOf(rows, 'all')
  expect(nextWaiting(queue, 'failed-first')).toBe('due-soon')
  expect(nextWaiting(queue, 'due-later')).toBe('failed-first')
  expect(nextWaiting(queueOf(rows.slice(0, 2), 'all'), 'due-later')).toBeNull()
})

test('a step past the end stays at the end, a step from nowhere begins at the top', () => {
  const queue = queueOf(rows, 'waiting')
  expect(stepIn(queue, 'failed-first', -1)).toBe('failed-first')
  expect(stepIn(queue, 'due-later', 1)).toBe('due-later')
  expect(stepIn(queue, 'due-soon', 1)).toBe('due-later')
  expect(stepIn(queue, null, 1)).toBe('failed-first')
  expect(stepIn([], null, 1)).toBeNull()
})
