import type { SshConnection } from './connection.ts'

/** A share in a connection: give it back once, and the connection closes after the last one. */
export type SshLease = { readonly connection: SshConnection; readonly release: () => Promise<void> }

type Entry = {
  readonly opening: Promise<SshConnection>
  readonly abort: AbortController
  /** Who holds a lease or waits for one. */
  users: number
}

/** One connection for each host, however many want one at the same time. A lost connection is opened anew at the next lease. */
export class SshPool {
  readonly #entries = new Map<string, Entry>()
  #isClosed = false

  /**
   * Joins the connection of this key, or the attempt that is under way, or begins one with `open`. Who gives up by its own
   * signal leaves the others waiting; when the last one gives up, the attempt is aborted.
   *
   * @param key   what tells hosts apart; one key must always mean the same target and the same sign-in
   * @throws what `open` throws, to everyone who waited; the signal's reason
   */
  async lease(
    key: string,
    open: (signal: AbortSignal) => Promise<SshConnection>,
    signal?: AbortSignal,
  ): Promise<SshLease> {
    if (this.#isClosed) throw new Error('the pool is closed')
    signal?.throwIfAborted()
    const entry = this.#entries.get(key) ?? this.#begin(key, open)
    entry.users++
    try {
      const connection = await unlessAborted(entry.opening, signal)
      let held = true
      const release = async (): Promise<void> => {
        if (!held) return
        held = false
        await this.#leave(key, entry)
      }
      return { connection, release }
    } catch (error) {
      await this.#leave(key, entry)
      throw error
    }
  }

  /** Connections that are open or opening. */
  get size(): number {
    return this.#entries.size
  }

  /** Closes every connection, whoever holds it. */
  async close(): Promise<void> {
    this.#isClosed = true
    const entries = [...this.#entries.values()]
    this.#entries.clear()
    await Promise.all(entries.map(entry => end(entry)))
  }

  #begin(key: string, open: (signal: AbortSignal) => Promise<SshConnection>): Entry {
    const abort = new AbortController()
    const entry: Entry = { opening: open(abort.signal), abort, users: 0 }
    this.#entries.set(key, entry)
    const forget = (): void => {
      if (this.#entries.get(key) === entry) this.#entries.delete(key)
    }
    entry.opening.then(connection => connection.closed.then(forget), forget)
    return entry
  }

  async #leave(key: string, entry: Entry): Promise<void> {
    if (--entry.users > 0) return
    if (this.#entries.get(key) === entry) this.#entries.delete(key)
    await end(entry)
  }
}

async function end(entry: Entry): Promise<void> {
  entry.abort.abort()
  const connection = await entry.opening.catch(() => undefined)
  await connection?.close()
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error)
    signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
