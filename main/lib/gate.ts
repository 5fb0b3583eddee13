/** Lets at most `width` tasks of one key run at a time; the rest wait in order. */
export class Gate {
  readonly #width: number
  readonly #running = new Map<string, number>()
  readonly #waiting = new Map<string, (() => void)[]>()

  constructor(width: number) {
    this.#width = width
  }

  async run<T>(key: string, task: () => Promise<T>): Promise<T> {
    if ((this.#running.get(key) ?? 0) >= this.#width)
      await new Promise<void>(resolve => this.#waiting.set(key, [...(this.#waiting.get(key) ?? []), resolve]))
    else this.#running.set(key, (this.#running.get(key) ?? 0) + 1)
    try {
      return await task()
    } finally {
      this.#pass(key)
    }
  }

  /** The place is handed to the next in line, or given up. */
  #pass(key: string): void {
    const [first, ...rest] = this.#waiting.get(key) ?? []
    if (rest.length > 0) this.#waiting.set(key, rest)
    else this.#waiting.delete(key)
    if (first) return first()
    const left = (this.#running.get(key) ?? 1) - 1
    if (left > 0) this.#running.set(key, left)
    else this.#running.delete(key)
  }
}
