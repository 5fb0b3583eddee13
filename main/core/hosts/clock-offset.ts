import type { ClockOffset } from '#wire/ssh/index.ts'

/** From here on a host's clock is wrong enough to spoil logs and certificates. */
export const CLOCK_ALARM_MS = 2_000

/** Null: the machine did not tell, or over so slow a line that a clock which is right could seem wrong. */
export function knownOffsetMs(measured: ClockOffset | null): number | null {
  if (!measured || measured.uncertaintyMs >= CLOCK_ALARM_MS) return null
  return Math.round(measured.offsetMs) || 0
}
