import { expect, test } from 'vitest'
import type { HostId } from '#contract/ids.ts'
import type { Reading } from '#core/hosts/index.ts'
import { manualClock } from '#lib/manual-clock.ts'
import { openMetrics, type MetricsStore, type SubjectSample } from './index.ts'

const host = 'h1' as HostId
const MINUTE_MS = 60_000
/** The first sample is parted from whatever an earlier core may have left. */
const BEGINNING = 1

const first: Reading = {
  ...{ monotonicMs: 0, at: 0, life: 1, cpuBusyMs: 0, cpuTotalMs: null, cpuThreads: 1 },
  ...{ memoryUsedBytes: 1, diskBytes: 0, networkBytes: 0 },
}

function open(append?: MetricsStore['append']) {
  const clock = manualClock()
  const stored: SubjectSample[][] = []
  const errors: unknown[] = []
  const store: MetricsStore = {
    append: append ?? (samples => Promise.resolve(void stored.push([...samples]))),
    range: (subject, from, until) =>
      Promise.resolve(stored.flat().filter(each => each.subject === subject && each.at >= from && each.at < until)),
  }
  const metrics = openMetrics({ clock, store, onError: error => errors.push(error) })
  let busyMs = 0
  /** A host of one thread that was busy for this share since the reading before. */
  const read = (spanMs: number, share: number): Reading => {
    busyMs += spanMs * share
    return { ...first, monotonicMs: clock.monotonic(), at: clock.now(), cpuBusyMs: busyMs }
  }
  const pass = async (spanMs: number, share: number) => {
    await clock.advance(spanMs)
    return metrics.record(host, read(spanMs, share), 90_000)
  }
  return { clock, metrics, stored, errors, pass }
}

test('samples go to the store in batches, all of them', async () => {
  const { stored, pass, metrics } = open()
  for (let i = 0; i < 20; i++) await pass(1_000, 0.5)
  await metrics.close()
  expect(stored.flat()).toHaveLength(BEGINNING + 20)
  expect(stored.length).toBeLessThanOrEqual(5)
})

test('a store that refuses gets the same samples again, in order', async () => {
  const stored: SubjectSample[] = []
  let refusals = 2
  const { errors, pass, metrics } = open(samples => {
    if (refusals-- > 0) return Promise.reject(new Error('disk full'))
    return Promise.resolve(void stored.push(...samples))
  })
  for (let i = 0; i < 20; i++) await pass(1_000, 0.5)
  await metrics.close()
  expect(errors).toHaveLength(2)
  expect(stored.map(each => each.at)).toEqual([...stored].sort((a, b) => a.at - b.at).map(each => each.at))
  expect(stored).toHaveLength(BEGINNING + 20)
})

test('a range includes what was recorded a moment ago', async () => {
  const { metrics, pass, clock } = open()
  await pass(1_000, 0)
  expect(await metrics.range(host, 0, clock.now() + 1, 720)).toHaveLength(BEGINNING + 1)
})

test('what comes after a silence or a restart is parted from what was before, so that no line joins them', async () => {
  const { metrics, pass, stored, clock } = open()
  await pass(1_000, 0)
  await pass(1_000, 0)
  await clock.advance(2 * MINUTE_MS)
  await pass(1_000, 0)
  metrics.record(host, { ...first, monotonicMs: clock.monotonic() + 1, at: clock.now() + 10, life: 2 }, 90_000)
  await metrics.close()
  const begun = Date.UTC(2025, 0, 1)
  const known = stored.flat().map(each => [each.at - begun, each.memoryUsedBytes])
  expect(known).toEqual([
    [999, null],
    [1_000, 1],
    [2_000, 1],
    [122_999, null],
    [123_000, 1],
    [123_009, null],
    [123_010, 1],
  ])
})

test('the trend holds a value a minute, its mean', async () => {
  const { metrics, pass } = open()
  await pass(0, 0)
  for (let i = 0; i < 4; i++) await pass(14_000, 0.2)
  for (let i = 0; i < 4; i++) await pass(15_000, 0.6)
  expect(metrics.cpuTrend(host)).toEqual([0.2, 0.6])
})

test('minutes without a measurement are null in the trend', async () => {
  const { metrics, pass, clock } = open()
  await pass(0, 0)
  await pass(30_000, 0.5)
  await clock.advance(3 * MINUTE_MS)
  await pass(1_000, 0.9) // after the gap: no rate
  await pass(1_000, 0.9)
  expect(metrics.cpuTrend(host)).toEqual([0.5, null, null, 0.9])
})

test('the trend ends after an hour and holds 60 values at most', async () => {
  const { metrics, pass, clock } = open()
  for (let i = 0; i < 200; i++) await pass(MINUTE_MS, 0.5)
  expect(metrics.cpuTrend(host)).toHaveLength(60)
  await clock.advance(60 * MINUTE_MS)
  expect(metrics.cpuTrend(host)).toEqual([])
})

test('a subject that is forgotten starts anew', async () => {
  const { metrics, pass } = open()
  await pass(0, 0)
  await pass(1_000, 0.5)
  metrics.forget(host)
  expect(metrics.cpuTrend(host)).toEqual([])
  expect((await pass(1_000, 0.5)).cpuFraction).toBeNull()
})

test('after closing no timer is left', async () => {
  const { metrics, pass, clock } = open()
  await pass(0, 0)
  expect(clock.sleepers()).toBe(1)
  await metrics.close()
  expect(clock.sleepers()).toBe(0)
})
