/**
 * Waits for `work` no longer than `ms`, and no longer than the signal allows.
 * @param late  makes the error for a missed deadline
 * @throws what `late` makes; the signal's reason; what `work` throws
 */
export function withDeadline<T>(
  work: Promise<T>,
  ms: number,
  late: (waitedMs: number) => Error,
  signal?: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => finish(() => reject(signal?.reason as Error))
    const timer = setTimeout(() => finish(() => reject(late(ms))), ms)
    const finish = (settle: () => void): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      settle()
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    if (signal?.aborted) onAbort()
    work.then(
      value => finish(() => resolve(value)),
      (error: unknown) => finish(() => reject(error as Error)),
    )
  })
}
