import { expect, test } from 'vitest'
import { backOffMs } from './back-off.ts'
import { Failure, failureOf } from './failure.ts'

test('a typed error keeps its code and its facts', () => {
  const failure = failureOf({ code: 'vm/busy', data: { jobId: 'j1' } })
  expect([failure.code, failure.data]).toEqual(['vm/busy', { jobId: 'j1' }])
})

test('what a dropped socket throws reads as offline, whatever it calls itself', () => {
  const thrown = [
    new Error('[AsyncIdQueue] Queue[1] was closed or aborted while waiting for pulling.'),
    new Error('Cannot send message, WebSocket is not open.'),
    new DOMException('The operation was aborted.', 'AbortError'),
    new TypeError('Failed to fetch'),
  ]
  expect(thrown.map(error => failureOf(error).code)).toEqual(Array(4).fill('client/offline'))
})

test('a refused input names the field', () => {
  const error = { code: 'BAD_REQUEST', data: { issues: [{ path: ['need', 'vcpus'], message: 'Too small' }] } }
  expect(failureOf(error).data).toEqual({ field: 'need.vcpus', rule: 'Too small' })
})

test('anything else is unexpected and keeps its cause', () => {
  const bug = new RangeError('no')
  expect(failureOf(bug).code).toBe('client/unexpected')
  expect(failureOf(bug).cause).toBe(bug)
  expect(failureOf(new Failure('vm/busy')).code).toBe('vm/busy')
})

test('back-off doubles to fifteen seconds and never leaves the half below', () => {
  expect([0, 1, 2, 5, 50].map(attempt => backOffMs(attempt, () => 1))).toEqual([500, 1_000, 2_000, 15_000, 15_000])
  expect([0, 50].map(attempt => backOffMs(attempt, () => 0))).toEqual([250, 7_500])
})
