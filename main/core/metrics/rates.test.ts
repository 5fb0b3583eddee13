import { expect, test } from 'vitest'
import type { Reading } from '#core/hosts/index.ts'
import { sampleOf } from './rates.ts'

const first: Reading = {
  monotonicMs: 1_000,
  at: 1_700_000_000_000,
  life: 1,
  cpuBusyMs: 5_000,
  cpuTotalMs: null,
  cpuThreads: 2,
  memoryUsedBytes: 10,
  diskBytes: 1_000,
  networkBytes: 0,
}
const after = (change: Partial<Reading>): Reading => ({
  ...first,
  monotonicMs: 11_000,
  at: first.at + 10_000,
  ...change,
})
const unknown = { cpuFraction: null, diskBytesPerSecond: null, networkBytesPerSecond: null }

test('growth of counters becomes rates per second and a share of all threads', () => {
  expect(sampleOf(first, after({ cpuBusyMs: 10_000, diskBytes: 21_000, networkBytes: 5_000 }), 60_000)).toEqual({
    at: first.at + 10_000,
    cpuFraction: 0.25,
    memoryUsedBytes: 10,
    diskBytesPerSecond: 2_000,
    networkBytesPerSecond: 500,
  })
})

test('where idle time is counted too, the share is of busy and idle', () => {
  const before = { ...first, cpuTotalMs: 100_000 }
  expect(sampleOf(before, after({ cpuBusyMs: 8_000, cpuTotalMs: 104_000 }), 60_000).cpuFraction).toBe(0.75)
})

test('the first reading has levels but no rates', () => {
  expect(sampleOf(undefined, first, 60_000)).toEqual({ at: first.at, memoryUsedBytes: 10, ...unknown })
})

test('a gap has no average', () => {
  expect(sampleOf(first, after({ monotonicMs: 61_001 }), 60_000)).toMatchObject(unknown)
})

test('a counter that went back is not known for that span, the others are', () => {
  const sample = sampleOf(first, after({ cpuBusyMs: 6_000, diskBytes: 5, networkBytes: 10 }), 60_000)
  expect(sample).toMatchObject({ diskBytesPerSecond: null, networkBytesPerSecond: 1, cpuFraction: 0.05 })
})

test('a VM that was started anew has no rates although its counters are above the old ones', () => {
  expect(sampleOf(first, after({ life: 2, cpuBusyMs: 9_000, diskBytes: 9_999 }), 60_000)).toMatchObject(unknown)
})

test('a wall clock that jumps an hour changes no rate', () => {
  const now = after({ cpuBusyMs: 10_000 })
  const jumped = sampleOf(first, { ...now, at: now.at - 3_600_000 }, 60_000)
  expect(jumped.cpuFraction).toBe(sampleOf(first, now, 60_000).cpuFraction)
  expect(jumped.at).toBe(now.at - 3_600_000)
})

test('two readings at the same moment have no rate', () => {
  expect(sampleOf(first, { ...first, cpuBusyMs: 6_000 }, 60_000)).toMatchObject(unknown)
})

test('a share never exceeds one', () => {
  expect(sampleOf(first, after({ cpuBusyMs: 26_000 }), 60_000).cpuFraction).toBe(1)
})

test('figures that a guest does not tell stay unknown', () => {
  const now = after({ cpuBusyMs: null, memoryUsedBytes: null, networkBytes: null })
  expect(sampleOf(first, now, 60_000)).toMatchObject({
    cpuFraction: null,
    memoryUsedBytes: null,
    networkBytesPerSecond: null,
    diskBytesPerSecond: 0,
  })
})
