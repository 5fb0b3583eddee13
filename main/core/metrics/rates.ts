import type { Reading } from '#core/hosts/index.ts'
import type { Sample } from './model.ts'

/**
 * What happened between two readings of one subject, per second.
 *
 * Time is measured by the clock that never goes back, so that a corrected wall clock makes no spike. A rate is null where
 * it cannot be known: no reading before, more than `maxGapMs` between the two, a counter that is missing or went back, or
 * another life (the VM was started anew and counts from zero).
 *
 * @param before    the reading before; undefined: this is the first
 * @param now       the newer reading
 * @param maxGapMs  the longest span over which an average still says something
 */
export function sampleOf(before: Reading | undefined, now: Reading, maxGapMs: number): Sample {
  const level = { at: now.at, memoryUsedBytes: now.memoryUsedBytes }
  const spanMs = before ? now.monotonicMs - before.monotonicMs : 0
  if (!before || spanMs <= 0 || isBeginning(before, now, maxGapMs)) return { ...unknownAt(now.at), ...level }
  return {
    ...level,
    cpuFraction: cpuFraction(before, now, spanMs),
    diskBytesPerSecond: perSecond(before.diskBytes, now.diskBytes, spanMs),
    networkBytesPerSecond: perSecond(before.networkBytes, now.networkBytes, spanMs),
  }
}

/** Whether nothing is known of the time before: the first reading, one after a long silence, or the first of a new life. */
export function isBeginning(before: Reading | undefined, now: Reading, maxGapMs: number): boolean {
  return !before || before.life !== now.life || now.monotonicMs - before.monotonicMs > maxGapMs
}

export const unknownAt = (at: number): Sample => ({
  ...{ at, cpuFraction: null, memoryUsedBytes: null, diskBytesPerSecond: null, networkBytesPerSecond: null },
})

function cpuFraction(before: Reading, now: Reading, spanMs: number): number | null {
  const busyMs = growth(before.cpuBusyMs, now.cpuBusyMs)
  const totalMs = now.cpuTotalMs === null ? spanMs * now.cpuThreads : growth(before.cpuTotalMs, now.cpuTotalMs)
  if (busyMs === null || totalMs === null || totalMs <= 0) return null
  // Counters and clock are read a little apart, so a busy machine can come out above one.
  return Math.round(Math.min(busyMs / totalMs, 1) * 10_000) / 10_000
}

function perSecond(before: number | null, now: number | null, spanMs: number): number | null {
  const bytes = growth(before, now)
  return bytes === null ? null : Math.round((bytes * 1_000) / spanMs)
}

function growth(before: number | null, now: number | null): number | null {
  return before === null || now === null || now < before ? null : now - before
}
