/** Wrong guesses at one password or name: five are free, then the wait doubles from 30 s to an hour. */
export class Tries {
  static readonly free = 5
  readonly #byTarget = new Map<string, { count: number; until: number }>()

  /** ms to wait before the next try; 0 when one may try. `now` is monotonic: nobody waits longer because a clock was set. */
  waitMs(target: string, now: number): number {
    return Math.max(0, (this.#byTarget.get(target)?.until ?? 0) - now)
  }

  /** @returns how many free tries are left */
  failed(target: string, now: number): number {
    const count = (this.#byTarget.get(target)?.count ?? 0) + 1
    const over = count - Tries.free
    const waitMs = over < 0 ? 0 : Math.min(3_600_000, 30_000 * 2 ** over)
    this.#byTarget.delete(target)
    this.#byTarget.set(target, { count, until: now + waitMs })
    // Names are typed by strangers: the oldest go first when there are too many.
    if (this.#byTarget.size > 10_000) this.#byTarget.delete(this.#byTarget.keys().next().value ?? target)
    return Math.max(0, -over)
  }

  succeeded(target: string): void {
    this.#byTarget.delete(target)
  }
}
