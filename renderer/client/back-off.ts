const FIRST_MS = 500
const LONGEST_MS = 15_000

/**
 * How long to wait before trying again: doubles from half a second to 15 s, of which a random half is taken off, so
 * that many pages do not come back in the same moment.
 *
 * @param attempt  failures so far, 0 for the first wait
 * @param random   uniform in 0..1
 * @returns        ms
 */
export function backOffMs(attempt: number, random: () => number): number {
  const full = Math.min(FIRST_MS * 2 ** Math.min(attempt, 10), LONGEST_MS)
  return Math.round(full * (0.5 + random() / 2))
}

/** Waits, or ends early when the signal fires; never rejects. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
  })
}
