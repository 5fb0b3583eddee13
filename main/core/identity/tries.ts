/** Wrong passwords of one name: five are free, then the wait doubles from 30 s to an hour. */
export class Tries {
  static readonly free = 5
  readonly #byName = new Map<string, { count: number; until: number }>()

  /** ms to wait before the next try; 0 when one may try. `now` is monotonic: nobody waits longer because a clock was set. */
  waitMs(name: string, now: number): number {
    return Math.max(0, (this.#byName.get(name)?.until ?? 0) - now)
  }

  /** @returns how many free tries are left */
  failed(name: string, now: number): number {
    const count = (this.#byName.get(name)?.count ?? 0) + 1
    const over = count - Tries.free
    const waitMs = over < 0 ? 0 : Math.min(3_600_000, 30_000 * 2 ** over)
    this.#byName.delete(name)
    this.#byName.set(name, { count, until: now + waitMs })
    // Names are typed by strangers: the oldest go first when there are too many.
    if (this.#byName.size > 10_000) this.#byName.delete(this.#byName.keys().next().value ?? name)
    return Math.max(0, -over)
  }

  succeeded(name: string): void {
    this.#byName.delete(name)
  }
}
