/** Wall time and timers as an argument, so that rules about time are tested without waiting. */
export type Clock = {
  /** ms since 1970, UTC; may jump. */
  readonly now: () => number
  /** ms from an arbitrary start; never goes back. */
  readonly monotonic: () => number
  /** Resolves after `ms`, or rejects with the signal's reason when aborted. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error)
      const onAbort = () => {
        clearTimeout(timer)
        reject(signal?.reason as Error)
      }
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort)
        resolve()
      }, ms)
      signal?.addEventListener('abort', onAbort, { once: true })
    }),
}
