import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { HostId } from '#contract/ids.ts'
import { manualClock } from '#lib/manual-clock.ts'
import { Database } from './database.ts'
import { metricsMigrations, openMetricsStore } from './metrics.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const subject = 'h1' as HostId
const start = Date.UTC(2025, 0, 1)

async function open() {
  const dir = mkdtempSync(join(tmpdir(), 'yunlong-metrics-'))
  const clock = manualClock()
  const database = await Database.open({
    ...{ file: join(dir, 'metrics.sqlite'), migrations: metricsMigrations, synchronous: 'normal', clock },
  })
  onTestFinished(async () => {
    await database.close()
    rmSync(dir, { recursive: true, force: true })
  })
  let now = start
  const store = openMetricsStore(database, () => now)
  const rest = { memoryUsedBytes: null, diskBytesPerSecond: null, networkBytesPerSecond: null }
  const batchOf = (times: readonly number[], cpuFraction: number | null = 0.5) =>
    times.map(at => ({ subject, at, cpuFraction, ...rest }))
  const sampleAt = async (at: number, cpuFraction: number | null = 0.5): Promise<void> => {
    now = at
    await store.append(batchOf([at], cpuFraction))
  }
  const daysOf = async (): Promise<number[]> =>
    (await store.range(subject, start - DAY_MS, start + 400 * DAY_MS, 1_000_000)).map(({ at }) => (at - start) / DAY_MS)
  return { store, batchOf, sampleAt, daysOf }
}

test('figures are kept for eight days', async () => {
  const { sampleAt, daysOf } = await open()
  for (let day = 0; day <= 12; day++) await sampleAt(start + day * DAY_MS)
  // The clock of the day before decides here, because nothing came in between.
  expect(await daysOf()).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
  await sampleAt(start + 12 * DAY_MS + 2 * HOUR_MS)
  expect((await daysOf())[0]).toBe(4)
})

test('a clock that jumps a year ahead, or back, and is mended does not cost the history', async () => {
  const { sampleAt, daysOf } = await open()
  for (let day = 0; day <= 3; day++) await sampleAt(start + day * DAY_MS)
  await sampleAt(start + 365 * DAY_MS)
  await sampleAt(start + 3 * DAY_MS + HOUR_MS)
  await sampleAt(start - DAY_MS / 2)
  await sampleAt(start + 4 * DAY_MS)
  await sampleAt(start + 5 * DAY_MS)
  expect(await daysOf()).toEqual([-0.5, 0, 1, 2, 3, 3 + 1 / 24, 4, 5, 365])
})

test('a clock that is wrong for three hours costs six hours of the history at most', async () => {
  const { store, batchOf, sampleAt, daysOf } = await open()
  const hours = Array.from({ length: 8 * 24 }, (_, hour) => start + hour * HOUR_MS)
  await store.append(batchOf(hours))
  for (let hour = 0; hour <= 3; hour++) await sampleAt(start + 365 * DAY_MS + hour * 1.01 * HOUR_MS)
  await sampleAt(start + 8 * DAY_MS)
  expect((await daysOf())[0]).toBe(6 / 24)
})

test('figures from before a long standstill go within days', async () => {
  const { store, batchOf, sampleAt, daysOf } = await open()
  const hours = Array.from({ length: 8 * 24 }, (_, hour) => start + hour * HOUR_MS)
  await store.append(batchOf(hours))
  for (let hour = 0; hour <= 5 * 24; hour++) await sampleAt(start + 30 * DAY_MS + hour * 1.01 * HOUR_MS)
  expect((await daysOf())[0]).toBe(30)
})

test('a thinned range gives means, nothing where nothing was measured, and keeps a gap in a stretch that holds more', async () => {
  const { store, sampleAt } = await open()
  const known = [0, 2_000, 40_000, 60_000]
  for (const [index, after] of known.entries()) await sampleAt(start + after, (index + 1) / 10)
  await sampleAt(start + 41_000, null)
  const points = await store.range(subject, start, start + 100_000, 10)
  expect(points.map(({ at, cpuFraction }) => [at - start, cpuFraction])).toEqual([
    [2_000, expect.closeTo(0.15)],
    [41_000, null],
    [60_000, 0.4],
  ])
})

test('a week in 720 points is at most 720 points', async () => {
  const { store, batchOf } = await open()
  await store.append(batchOf(Array.from({ length: 7 * 24 * 12 }, (_, i) => start + i * 300_000)))
  const points = await store.range(subject, start, start + 7 * DAY_MS, 720)
  expect(points.length).toBeLessThanOrEqual(720)
  expect(points.length).toBeGreaterThan(600)
})
