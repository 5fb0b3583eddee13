import type { Clock } from './clock.ts'

type Sleeper = { readonly wakesAt: number; readonly wake: () => void }

/** A clock that stands still until a test moves it. */
export type ManualClock = Clock & {
  /** Moves time on; who sleeps until then wakes up in order, and what they set off runs before this resolves. */
  readonly advance: (ms: number) => Promise<void>
  /** Sets the wall clock without letting time pass, as an administrator may. */
  readonly jump: (ms: number) => void
  readonly sleepers: () => number
}

export function manualClock(startsAt = Date.UTC(2025, 0, 1)): ManualClock {
  let nowMs = startsAt
  let monotonicMs = 0
  const sleepers = new Set<Sleeper>()
  const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error)
      const onAbort = (): void => {
        sleepers.delete(sleeper)
        reject(signal?.reason as Error)
      }
      const wake = (): void => {
        sleepers.delete(sleeper)
        signal?.removeEventListener('abort', onAbort)
        resolve()
      }
      const sleeper = { wakesAt: monotonicMs + ms, wake }
      sleepers.add(sleeper)
      signal?.addEventListener('abort', onAbort, { once: true })
    })
  const advance = async (ms: number): Promise<void> => {
    const until = monotonicMs + ms
    await settle()
    for (;;) {
      const next = [...sleepers].sort((a, b) => a.wakesAt - b.wakesAt)[0]
      if (!next || next.wakesAt > until) break
      nowMs += Math.max(next.wakesAt - monotonicMs, 0)
      monotonicMs = Math.max(next.wakesAt, monotonicMs)
      next.wake()
      await settle()
    }
    nowMs += until - monotonicMs
    monotonicMs = until
    await settle()
  }
  return {
    now: () => nowMs,
    monotonic: () => monotonicMs,
    sleep,
    advance,
    jump: ms => void (nowMs += ms),
    sleepers: () => sleepers.size,
  }
}

/** Lets everything that waits for nothing but promises run. */
const settle = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
