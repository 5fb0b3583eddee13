import { basename } from 'node:path'
import { Worker } from 'node:worker_threads'
import { AppError } from '#contract/errors.ts'
import type { Change, Committer } from '#core/audit/index.ts'
import type { Clock } from '#lib/clock.ts'
import type { Ask, Committed, Condition, EngineOptions, Statement } from './engine.ts'
import { StoreFault, type StoreFaultKind } from './store-fault.ts'

type Answer = {
  readonly id: number
  readonly answer?: unknown
  readonly error?: { readonly message: string; readonly kind: StoreFaultKind | null }
}
type Waiter = { readonly resolve: (answer: unknown) => void; readonly reject: (error: Error) => void }

type Opening = Omit<EngineOptions, 'synchronous' | 'isReadOnly'> &
  Partial<Pick<EngineOptions, 'synchronous' | 'isReadOnly'>> & { readonly clock: Clock }

/** Number of the answer that says whether the file could be opened. */
const opening = 0

/** What a person can do something about crosses every door under a code of its own: nothing was saved, nothing is lost. */
function failureOf(file: string, id: number, { message, kind }: NonNullable<Answer['error']>): Error {
  if (!kind) return new Error(message)
  const cause = new StoreFault(kind, file, message)
  if (id === opening) return cause
  if (kind === 'full') return new AppError('store/full', {}, { cause })
  return kind === 'damaged' ? new AppError('store/damaged', { file: basename(file) }, { cause }) : cause
}

/** The embedded database behind a thread of its own; the core only ever waits for messages. */
export class Database implements Committer {
  readonly #worker: Worker
  readonly #clock: Clock
  readonly #waiters = new Map<number, Waiter>()
  readonly #lost = Promise.withResolvers<StoreFault>()
  /** Resolves when the thread has died by itself: this database answers nothing any more, and a new core has to. */
  readonly lost = this.#lost.promise
  #lastId = 0
  #fault: Error | null = null

  private constructor(worker: Worker, clock: Clock, file: string) {
    this.#worker = worker
    this.#clock = clock
    worker.on('message', ({ id, answer, error }: Answer) => {
      const waiter = this.#waiters.get(id)
      this.#waiters.delete(id)
      if (error) waiter?.reject(failureOf(file, id, error))
      else waiter?.resolve(answer)
    })
    const fail = (message: string): void => this.#fail(new StoreFault('lost', file, message))
    worker.on('error', error => fail(error instanceof Error ? error.message : String(error)))
    worker.on('exit', code => fail(`its thread ended with code ${code}`))
  }

  /**
   * Opens a file, makes it if it is missing and brings it to the newest schema; read-only it does neither.
   * @throws {StoreFault} when it is damaged or newer than this program, read-only also when it is older
   */
  static async open({ clock, ...given }: Opening): Promise<Database> {
    const options: EngineOptions = { synchronous: 'full', isReadOnly: false, ...given }
    const worker = new Worker(new URL('./sqlite-worker.ts', import.meta.url), { workerData: options })
    const database = new Database(worker, clock, given.file)
    try {
      await new Promise<unknown>((resolve, reject) => database.#waiters.set(opening, { resolve, reject }))
      return database
    } catch (error) {
      await worker.terminate()
      throw error
    }
  }

  async all<Row>(query: Statement): Promise<readonly Row[]> {
    return (await this.#ask({ kind: 'all', query })) as readonly Row[]
  }

  async commit(change: Change): Promise<void> {
    const answer = (await this.#ask({
      kind: 'commit',
      expect: (change.expect ?? []) as unknown as readonly Condition[],
      writes: change.writes as unknown as readonly Statement[],
      audit: change.audit,
      at: this.#clock.now(),
    })) as Committed
    if (answer.failed !== null) throw new AppError('store/changed-meanwhile', { what: answer.failed })
  }

  /** Lets what was asked be answered first. */
  async close(): Promise<void> {
    if (this.#fault) return
    await this.#ask({ kind: 'close' })
    this.#fault = new Error('the database is closed')
    await this.#worker.terminate()
  }

  /** Ends the thread as it stands, as a crash would; whoever waits is rejected. */
  async terminate(): Promise<void> {
    await this.#worker.terminate()
  }

  #ask(ask: Ask): Promise<unknown> {
    if (this.#fault) return Promise.reject(this.#fault)
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      // What cannot be sent throws, and nobody waits for it.
      this.#worker.postMessage({ id, ask })
      this.#waiters.set(id, { resolve, reject })
    })
  }

  #fail(fault: StoreFault): void {
    if (this.#fault) return
    this.#fault = fault
    for (const waiter of this.#waiters.values()) waiter.reject(fault)
    this.#waiters.clear()
    this.#lost.resolve(fault)
  }
}
