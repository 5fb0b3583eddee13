const MINUTE_MS = 60_000
const MINUTES = 60

type Minute = { readonly minute: number; readonly sum: number; readonly count: number }

/** Averages of the last hour's minutes. Holds 60 numbers at most. */
export class Trend {
  #minutes: Minute[] = []

  /** @param monotonicMs when, by the clock that never goes back */
  add(monotonicMs: number, value: number): void {
    const minute = Math.floor(monotonicMs / MINUTE_MS)
    const last = this.#minutes.at(-1)
    if (last?.minute === minute) {
      this.#minutes[this.#minutes.length - 1] = { minute, sum: last.sum + value, count: last.count + 1 }
      return
    }
    this.#minutes = [...this.#minutes.filter(each => each.minute > minute - MINUTES), { minute, sum: value, count: 1 }]
  }

  /** From the first measured minute of the last hour to the present one; null: nothing was measured in that minute. */
  read(monotonicMs: number): (number | null)[] {
    const present = Math.floor(monotonicMs / MINUTE_MS)
    const kept = this.#minutes.filter(each => each.minute > present - MINUTES)
    const first = kept[0]
    if (!first) return []
    const values: (number | null)[] = Array.from({ length: present - first.minute + 1 }, () => null)
    for (const { minute, sum, count } of kept) values[minute - first.minute] = Math.round((sum / count) * 1_000) / 1_000
    return values
  }
}
