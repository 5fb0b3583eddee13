import { unitAt } from '#demo/plan/hash.ts'
import { rhythms, workUntil, type RhythmName } from './rhythm.ts'

/** How busy one machine's virtual CPUs are, for all time; plain data, so the same plan gives the same figures. */
export type Activity = {
  readonly rhythm: RhythmName
  /** Busy share of one virtual CPU when nothing happens, 0..1. */
  readonly floorFraction: number
  /** Busy share at the rhythm's height, noise left out, 0..MAX_PEAK. */
  readonly peakFraction: number
  /** Jobs that come at irregular hours: busy ms in each period, 0 = none. */
  readonly burstMs: number
  readonly seed: number
}

/** With the noise on top (× 1.65) the machine still stays below one whole CPU. */
export const MAX_PEAK = 0.58
/** A machine with bursts must leave this share for them. */
export const MAX_PEAK_WITH_BURSTS = 0.3
const BURST_PERIOD_MS = 6.5 * 3_600_000
const BURST_SHARE = 0.45

/** Time runs a little fast or slow, in steps: that is noise which multiplies the load and never turns a counter back. */
const noises = [
  { stepMs: 20_000, swing: 0.2 },
  { stepMs: 170_000, swing: 0.25 },
  { stepMs: 1_500_000, swing: 0.2 },
] as const

function warped(at: number, seed: number): number {
  return noises.reduce((time, { stepMs, swing }, octave) => {
    const position = at / stepMs
    const step = Math.floor(position)
    const [left, right] = [unitAt(seed + octave, step), unitAt(seed + octave, step + 1)]
    return time + swing * stepMs * (left + (right - left) * (position - step))
  }, at)
}

/** Each period holds one burst of the same work, short and high or long and low, somewhere inside. */
function burstsUntil(at: number, burstMs: number, seed: number): number {
  if (burstMs === 0) return 0
  const position = at / BURST_PERIOD_MS
  const period = Math.floor(position)
  const widthMs = burstMs / (BURST_SHARE * (0.15 + 0.85 * unitAt(seed, period)))
  const startMs = unitAt(seed + 1, period) * (BURST_PERIOD_MS - widthMs)
  const passed = (position - period) * BURST_PERIOD_MS - startMs
  return burstMs * (period + Math.min(1, Math.max(0, passed / widthMs)))
}

/**
 * Busy time of one virtual CPU since a fixed instant in the past; only differences mean anything.
 * @param at       ms since 1970, UTC
 * @param channel  gives independent noise to CPU, disk and network of one machine
 * @returns        ms of full use; strictly increasing in `at`, by less than the time that passes
 */
export function busyUntil(activity: Activity, at: number, channel = 0): number {
  const seed = activity.seed + channel * 16
  const work = workUntil(rhythms[activity.rhythm], warped(at, seed))
  return (
    activity.floorFraction * at +
    (activity.peakFraction - activity.floorFraction) * work +
    burstsUntil(at, activity.burstMs, seed + 8)
  )
}

/** Mean busy share of one virtual CPU between two instants, 0..1. */
export function busyFraction(activity: Activity, from: number, until: number): number {
  return (busyUntil(activity, until) - busyUntil(activity, from)) / (until - from)
}

/** A smooth value in 0..1 that wanders over hours. */
export function drift(seed: number, at: number, stepMs: number): number {
  const position = at / stepMs
  const step = Math.floor(position)
  const [left, right] = [unitAt(seed, step), unitAt(seed, step + 1)]
  const eased = (1 - Math.cos(Math.PI * (position - step))) / 2
  return left + (right - left) * eased
}
