import { expect, test } from 'vitest'
import { maxGapMs, nextPollAt, pollDeadlineMs, retryAfterMs, startAt } from './pace.ts'

const lost = { code: 'host/lost', data: {} }
const attempts = Array.from({ length: 12 }, (_, i) => i)

test('tries follow at growing distances, at most half a minute', () => {
  const longest = attempts.map(attempt => retryAfterMs(lost, attempt, () => 1))
  expect(longest.slice(0, 4)).toEqual([1_000, 2_000, 4_000, 8_000])
  expect(Math.max(...longest)).toBe(30_000)
})

test('chance spreads the tries of many hosts over half of that distance', () => {
  expect(retryAfterMs(lost, 3, () => 0)).toBe(4_000)
  expect(retryAfterMs(lost, 3, () => 0.5)).toBe(6_000)
})

test('wrong credentials are not tried again and again', () => {
  const refused = { code: 'host/auth-failed', data: {} }
  expect(retryAfterMs(refused, 0, () => 0)).toBe(15_000)
  expect(retryAfterMs(refused, 9, () => 1)).toBe(300_000)
})

test('a host that freezes right after an answer is noticed two intervals later', () => {
  for (const intervalMs of [5_000, 10_000, 15_000]) expect(intervalMs + pollDeadlineMs(intervalMs)).toBe(2 * intervalMs)
  expect(pollDeadlineMs(1_000)).toBe(5_000)
  expect(pollDeadlineMs(300_000)).toBe(15_000)
})

test('polls keep their rhythm, and a late one is not made up for', () => {
  expect(nextPollAt(1_000, 15_000, 1_200)).toBe(16_000)
  expect(nextPollAt(1_000, 15_000, 40_000)).toBe(40_000)
})

test('hosts that are taken in together start one after the other, the last one soon enough', () => {
  let at = -Infinity
  const starts = Array.from({ length: 300 }, () => (at = startAt(at, 1_000)))
  expect(starts.slice(0, 3)).toEqual([1_000, 1_040, 1_080])
  expect(Math.max(...starts)).toBe(6_000)
})

test('a missed poll or two leave no gap in the rates', () => {
  expect(maxGapMs(15_000)).toBe(45_000)
  expect(maxGapMs(1_000)).toBe(15_000)
})
