import type { Clock } from '#lib/clock.ts'

/** A wait that can be cut short from outside. */
export class Poke {
  #cut = new AbortController()

  /** Ends all present waits. */
  now(): void {
    this.#cut.abort()
    this.#cut = new AbortController()
  }

  /** Resolves after `ms` or when poked. @throws the signal's reason when aborted */
  async wait(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
    try {
      await clock.sleep(ms, AbortSignal.any([signal, this.#cut.signal]))
    } catch {
      signal.throwIfAborted()
    }
  }
}
