import { isDeepStrictEqual } from 'node:util'
import type { Clock } from './clock.ts'

/** Where a reader left off. `epoch` names the life of the process that counts. */
export type Cursor = { readonly epoch: string; readonly seq: number }

/** One message: with `reset` the reader forgets what it had; then `changed` goes in by key and `removed` out. */
export type Feed<Row> = {
  readonly cursor: Cursor
  readonly reset: boolean
  readonly changed: readonly Row[]
  readonly removed: readonly string[]
  /** ms since 1970, UTC: when this message was made. */
  readonly at: number
}

export type BoardOptions = {
  /** Unique to this life of the process. */
  readonly epoch: string
  readonly clock: Clock
  /** How many removals are remembered; a reader from before the oldest of them gets everything anew. */
  readonly tombstones?: number
}

export type ChangesOptions = {
  /** Ends the sequence. A generator that waits cannot be ended by its reader in any other way. */
  readonly signal: AbortSignal
  readonly minIntervalMs?: number
  /** Resolves when what was sent has left; nothing more is read before that. */
  readonly drained?: () => Promise<void>
}

const TOMBSTONES = 4_096
const ROWS_PER_MESSAGE = 2_000

/**
 * How far a reader is. Removals up to `knownFloor` that were forgotten do not concern it: it began to read everything
 * after them.
 */
type Position = { readonly seq: number; readonly knownFloor: number }
type Entry<Row> = { readonly seq: number; readonly row: Row }
type Page<Row> = { readonly feed: Feed<Row>; readonly position: Position; readonly isLast: boolean }

/**
 * The latest state of many rows, read by any number of readers at their own pace. A reader costs nothing while it is
 * slow or away: it holds a number, and asks for what changed since. Rows are compared by value; putting an equal one is
 * no change.
 */
export class Board<Row> {
  /** In the order of their last change, because a row that changes is taken out and put in again. */
  readonly #rows = new Map<string, Entry<Row>>()
  readonly #removed = new Map<string, number>()
  readonly #waiting = new Set<() => void>()
  readonly #options: BoardOptions
  #seq = 0
  #floor = 0

  constructor(options: BoardOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#rows.size
  }

  /** Readers that wait for a change at this moment. */
  get waiting(): number {
    return this.#waiting.size
  }

  get(key: string): Row | undefined {
    return this.#rows.get(key)?.row
  }

  rows(): Row[] {
    return [...this.#rows.values()].map(entry => entry.row)
  }

  /** Puts a row in; says whether that was a change. */
  put(key: string, row: Row): boolean {
    const before = this.#rows.get(key)
    if (before && isDeepStrictEqual(before.row, row)) return false
    this.#rows.delete(key)
    this.#removed.delete(key)
    this.#rows.set(key, { seq: ++this.#seq, row })
    this.#wake()
    return true
  }

  delete(key: string): boolean {
    if (!this.#rows.delete(key)) return false
    this.#removed.set(key, ++this.#seq)
    const [oldest] = this.#removed
    if (oldest && this.#removed.size > (this.#options.tombstones ?? TOMBSTONES)) {
      this.#removed.delete(oldest[0])
      this.#floor = oldest[1]
    }
    this.#wake()
    return true
  }

  /** Everything that changed since then, in one message; without a usable cursor: everything. */
  read(since?: Cursor): Feed<Row> {
    return this.#page(this.#positionOf(since), Infinity).feed
  }

  /**
   * The first message at once, then one whenever something changed, at most one per `minIntervalMs` (default 500) and
   * 2,000 rows long (the rest follows). Nothing is queued: a message is made when the reader asks for it.
   */
  async *changes(since: Cursor | undefined, options: ChangesOptions): AsyncGenerator<Feed<Row>, void, void> {
    const { signal, minIntervalMs = 500, drained } = options
    const { clock } = this.#options
    let position = this.#positionOf(since)
    let isFirst = true
    while (!signal.aborted) {
      const page = this.#page(position, ROWS_PER_MESSAGE)
      const madeAt = clock.monotonic()
      position = page.position
      if (isFirst || page.feed.reset || page.feed.changed.length > 0 || page.feed.removed.length > 0) yield page.feed
      isFirst = false
      if (drained) await untilAborted(drained(), signal)
      if (!page.isLast) continue
      if (position.seq === this.#seq) await this.#change(signal)
      const restMs = madeAt + minIntervalMs - clock.monotonic()
      if (restMs > 0) await untilAborted(clock.sleep(restMs, signal), signal)
    }
  }

  #positionOf(since: Cursor | undefined): Position | undefined {
    const isOurs = since?.epoch === this.#options.epoch && since.seq <= this.#seq
    return isOurs ? { seq: since.seq, knownFloor: 0 } : undefined
  }

  #page(from: Position | undefined, limit: number): Page<Row> {
    const isTooOld = from === undefined || (from.seq < this.#floor && from.knownFloor < this.#floor)
    const position = isTooOld ? { seq: 0, knownFloor: this.#seq } : from
    const rows = position.seq === this.#seq ? [] : [...this.#rows.values()].filter(entry => entry.seq > position.seq)
    const gone =
      isTooOld || position.seq === this.#seq ? [] : [...this.#removed].filter(([, seq]) => seq > position.seq)
    const last = this.#lastOf(rows, gone, limit)
    const changed = rows.filter(entry => entry.seq <= last).map(entry => entry.row)
    const removed = gone.filter(([, seq]) => seq <= last).map(([key]) => key)
    const cursor = { epoch: this.#options.epoch, seq: last }
    return {
      feed: { cursor, reset: isTooOld, changed, removed, at: this.#options.clock.now() },
      position: { seq: last, knownFloor: position.knownFloor },
      isLast: last === this.#seq,
    }
  }

  /** The number up to which a message of `limit` changes reaches. */
  #lastOf(rows: readonly Entry<Row>[], gone: readonly (readonly [string, number])[], limit: number): number {
    if (rows.length + gone.length <= limit) return this.#seq
    const numbers = [...rows.map(entry => entry.seq), ...gone.map(([, seq]) => seq)].sort((a, b) => a - b)
    return numbers[limit - 1] ?? this.#seq
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      const done = (): void => {
        this.#waiting.delete(done)
        signal.removeEventListener('abort', done)
        resolve()
      }
      this.#waiting.add(done)
      signal.addEventListener('abort', done, { once: true })
      if (signal.aborted) done()
    })
  }

  #wake(): void {
    for (const done of [...this.#waiting]) done()
  }
}

/** Waits for the promise or the abort, whichever comes first; an abort is an ordinary end, not an error. */
async function untilAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const onAbort = (): void => resolve()
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) resolve()
    promise
      .then(resolve, (error: unknown) => (signal.aborted ? resolve() : reject(error as Error)))
      .finally(() => signal.removeEventListener('abort', onAbort))
  })
}
