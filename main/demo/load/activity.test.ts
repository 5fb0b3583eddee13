import { expect, test } from 'vitest'
import { busyFraction, busyUntil, MAX_PEAK, MAX_PEAK_WITH_BURSTS, type Activity } from './activity.ts'
import { levelOf, rhythms, WEEK_MS, type RhythmName } from './rhythm.ts'

const HOUR_MS = 3_600_000
/** Wednesday 2026-03-11, 00:00 in Asia/Shanghai. */
const wednesday = Date.UTC(2026, 2, 10, 16)
const names = Object.keys(rhythms) as readonly RhythmName[]
const activity = (rhythm: RhythmName, more: Partial<Activity> = {}): Activity => ({
  rhythm,
  floorFraction: 0.01,
  peakFraction: MAX_PEAK,
  burstMs: 0,
  seed: 7,
  ...more,
})
const bursty = (rhythm: RhythmName): Activity =>
  activity(rhythm, { peakFraction: MAX_PEAK_WITH_BURSTS, burstMs: 400_000 })

test.each(names)('never turns back and never runs faster than the clock: %s', rhythm => {
  for (const one of [activity(rhythm), bursty(rhythm)]) {
    const readings = Array.from({ length: 20_000 }, (_, step) => busyUntil(one, wednesday + step * 15_000))
    const steps = readings.slice(1).map((reading, index) => reading - (readings[index] ?? NaN))
    expect(Math.min(...steps)).toBeGreaterThan(0)
    expect(Math.max(...steps)).toBeLessThan(15_000)
  }
})

test('advances from one millisecond to the next', () => {
  const one = activity('office', { floorFraction: 0.004 })
  const readings = Array.from({ length: 2_000 }, (_, ms) => busyUntil(one, wednesday + ms))
  expect(readings).toEqual(readings.toSorted((x, y) => x - y))
  expect(new Set(readings).size).toBe(readings.length)
})

test('is the same function of time for the same seed and another for another', () => {
  const at = wednesday + 10 * HOUR_MS
  expect(busyUntil(bursty('office'), at)).toBe(busyUntil(bursty('office'), at))
  expect(busyUntil(activity('office', { seed: 8 }), at)).not.toBe(busyUntil(activity('office'), at))
})

test('adds up the same whether it is read often or once', () => {
  const one = bursty('public')
  let sum = 0
  for (let hour = 0; hour < 48; hour++) {
    sum += busyUntil(one, wednesday + (hour + 1) * HOUR_MS) - busyUntil(one, wednesday + hour * HOUR_MS)
  }
  expect(sum).toBeCloseTo(busyUntil(one, wednesday + 48 * HOUR_MS) - busyUntil(one, wednesday), 0)
})

test('follows office hours in Asia/Shanghai: mornings are busy, nights and Sundays are not', () => {
  const one = activity('office')
  const morning = busyFraction(one, wednesday + 9.5 * HOUR_MS, wednesday + 11.5 * HOUR_MS)
  const lunch = busyFraction(one, wednesday + 12.25 * HOUR_MS, wednesday + 13.25 * HOUR_MS)
  const night = busyFraction(one, wednesday + 1 * HOUR_MS, wednesday + 5 * HOUR_MS)
  const sunday = wednesday + 4 * 24 * HOUR_MS
  expect(morning).toBeGreaterThan(0.45)
  expect(lunch).toBeLessThan(0.7 * morning)
  expect(night).toBeLessThan(0.1)
  expect(busyFraction(one, sunday + 9.5 * HOUR_MS, sunday + 11.5 * HOUR_MS)).toBeLessThan(0.2 * morning)
})

test('works at night in batches', () => {
  const one = activity('batch')
  const night = busyFraction(one, wednesday + 1 * HOUR_MS, wednesday + 4 * HOUR_MS)
  expect(night).toBeGreaterThan(2 * busyFraction(one, wednesday + 10 * HOUR_MS, wednesday + 16 * HOUR_MS))
})

test('sees the crowd of a registration once in four weeks', () => {
  const noons = Array.from({ length: 28 }, (_, day) =>
    levelOf(rhythms.registration, wednesday + day * 24 * HOUR_MS + 11 * HOUR_MS),
  )
  expect(noons.filter(level => level > 0.8)).toHaveLength(4)
  expect(levelOf(rhythms.registration, wednesday)).toBe(levelOf(rhythms.registration, wednesday + 4 * WEEK_MS))
})

test('varies from minute to minute around the rhythm', () => {
  const one = activity('steady')
  const minutes = Array.from({ length: 120 }, (_, minute) => {
    const from = wednesday + 10 * HOUR_MS + minute * 60_000
    return busyFraction(one, from, from + 60_000)
  })
  const mean = minutes.reduce((sum, value) => sum + value) / minutes.length
  expect(Math.max(...minutes)).toBeGreaterThan(1.15 * mean)
  expect(Math.min(...minutes)).toBeLessThan(0.85 * mean)
})

test('has short high bursts where it is told to', () => {
  const quiet = { ...bursty('idle'), peakFraction: 0.02 }
  const minutes = Array.from({ length: 7 * 24 * 60 }, (_, minute) =>
    busyFraction(quiet, wednesday + minute * 60_000, wednesday + (minute + 1) * 60_000),
  )
  const high = minutes.filter(value => value > 0.2).length
  expect(high).toBeGreaterThan(60)
  expect(high).toBeLessThan(0.1 * minutes.length)
})
