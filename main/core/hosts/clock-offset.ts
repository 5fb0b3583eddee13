/** Prints seconds and, where the shell's `date` knows them, nanoseconds since 1970. */
export const CLOCK_COMMAND = 'date +%s.%N'

/**
 * How far a machine's clock is ahead of ours, from its answer and the moments when we asked and heard.
 * The answer was made somewhere in between, most likely in the middle; so it is exact to half the time that passed.
 *
 * @param answer   what `CLOCK_COMMAND` printed
 * @param askedAt  ms since 1970 by our clock
 * @param heardAt  the same
 * @returns        ms, whole; null: the answer is no time
 */
export function clockOffset(answer: string, askedAt: number, heardAt: number): number | null {
  const found = /^(\d{9,11})(?:\.(\d{1,9}))?/.exec(answer.trim())
  if (!found) return null
  // Without a fraction the true time lies anywhere in that second.
  const fraction = found[2] === undefined ? 0.5 : Number(`0.${found[2]}`)
  const theirs = (Number(found[1]) + fraction) * 1_000
  return Math.round(theirs - (askedAt + heardAt) / 2)
}
