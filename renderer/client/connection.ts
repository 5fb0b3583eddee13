import { createORPCClient } from '@orpc/client'
import type { ClientLink } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Contract } from '#contract/index.ts'
import { backOffMs } from './back-off.ts'
import { Failure, failureOf } from './failure.ts'

export type Rpc = ContractRouterClient<Contract>
export type ConnectionState = {
  /** `closed`: not wanted. `lost`: wanted, not there, being tried again. */
  readonly phase: 'closed' | 'connecting' | 'live' | 'lost'
  /** When it was cut off, ms since 1970; null while it holds. */
  readonly lostAt: number | null
}
type Link = ClientLink<Record<never, never>>
type Cable = { readonly socket: WebSocket; readonly link: Link; readonly cut: AbortController }

/** A call that finds no connection waits this long for one before it fails. */
const PATIENCE_MS = 8_000
/** How often an open socket is asked for a sign of life, and how long it may take to give one. */
const HEARTBEAT_MS = 20_000
const HEARTBEAT_PATIENCE_MS = 10_000

/**
 * What is said to a socket that has gone is lost, as on any wire. oRPC would throw instead, also for the goodbye of each
 * call that is cut, where nobody catches it.
 */
const wireOf = (
  socket: WebSocket,
): Pick<WebSocket, 'addEventListener' | 'removeEventListener' | 'send' | 'readyState'> => ({
  get readyState() {
    return socket.readyState === WebSocket.CONNECTING ? WebSocket.CONNECTING : WebSocket.OPEN
  },
  send: message => {
    if (socket.readyState === WebSocket.OPEN) socket.send(message)
  },
  addEventListener: socket.addEventListener.bind(socket),
  removeEventListener: socket.removeEventListener.bind(socket),
})

/**
 * The page's one WebSocket. It comes back by itself; calls made meanwhile wait a little, streams are reopened by
 * `subscribe`. A socket that is open but says nothing is found by a heartbeat and cut.
 */
export class Connection {
  readonly store: StoreApi<ConnectionState> = createStore<ConnectionState>()(() => ({ phase: 'closed', lostAt: null }))
  readonly rpc: Rpc
  readonly #url: () => string
  /** Called after each failed attempt: the session may have ended meanwhile, which a socket cannot tell. */
  readonly #onRefused: () => void
  /** Called with each heartbeat's answer. */
  readonly #onHello: (hello: Awaited<ReturnType<Rpc['session']['hello']>>) => void
  #cable: Cable | null = null
  #attempt = 0
  #retry: ReturnType<typeof setTimeout> | undefined
  #heartbeat: ReturnType<typeof setInterval> | undefined

  constructor(options: {
    url: () => string
    onRefused: () => void
    onHello: (hello: Awaited<ReturnType<Rpc['session']['hello']>>) => void
  }) {
    this.#url = options.url
    this.#onRefused = options.onRefused
    this.#onHello = options.onHello
    this.rpc = createORPCClient({ call: (path, input, o) => this.#call(path, input, o) } satisfies Link)
  }

  open(): void {
    if (this.store.getState().phase === 'closed') this.#dial()
  }

  close(): void {
    clearTimeout(this.#retry)
    this.#drop()
    this.store.setState({ phase: 'closed', lostAt: null })
  }

  /** Try again now instead of at the next turn. */
  retryNow(): void {
    if (this.store.getState().phase !== 'lost') return
    clearTimeout(this.#retry)
    this.#attempt = 0
    this.#dial()
  }

  /** Resolves once the socket is open; rejects when the signal fires first. */
  whenLive(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = () => {
        unsubscribe()
        signal.removeEventListener('abort', give)
      }
      const give = () => {
        stop()
        reject(new Failure('client/offline'))
      }
      const look = (state: ConnectionState) => {
        if (state.phase !== 'live') return
        stop()
        resolve()
      }
      const unsubscribe = this.store.subscribe(look)
      signal.addEventListener('abort', give, { once: true })
      if (signal.aborted) give()
      else look(this.store.getState())
    })
  }

  #dial(): void {
    const { lostAt } = this.store.getState()
    if (lostAt === null) this.store.setState({ phase: 'connecting' })
    const socket = new WebSocket(this.#url())
    socket.binaryType = 'arraybuffer'
    const cable: Cable = { socket, link: new RPCLink({ websocket: wireOf(socket) }), cut: new AbortController() }
    this.#cable = cable
    socket.addEventListener('open', () => this.#opened(cable))
    socket.addEventListener('close', () => this.#lost(cable))
  }

  #opened(cable: Cable): void {
    if (cable !== this.#cable) return
    this.#attempt = 0
    this.store.setState({ phase: 'live', lostAt: null })
    clearInterval(this.#heartbeat)
    this.#heartbeat = setInterval(() => void this.#beat(cable), HEARTBEAT_MS)
    void this.#beat(cable)
  }

  async #beat(cable: Cable): Promise<void> {
    const late = setTimeout(() => this.#lost(cable), HEARTBEAT_PATIENCE_MS)
    try {
      this.#onHello(await this.rpc.session.hello({}))
    } catch {
      // A refusal is an answer too; silence is what the timer is for.
    } finally {
      clearTimeout(late)
    }
  }

  #lost(cable: Cable): void {
    if (cable !== this.#cable) return
    this.#drop()
    const { lostAt } = this.store.getState()
    this.store.setState({ phase: 'lost', lostAt: lostAt ?? Date.now() })
    this.#retry = setTimeout(() => this.#dial(), backOffMs(this.#attempt++, Math.random))
    this.#onRefused()
  }

  #drop(): void {
    clearInterval(this.#heartbeat)
    const cable = this.#cable
    this.#cable = null
    cable?.cut.abort(new Failure('client/offline'))
    cable?.socket.close()
  }

  async #call(path: readonly string[], input: unknown, options: Parameters<Link['call']>[2]): Promise<unknown> {
    const given = options.signal ? [options.signal] : []
    await this.whenLive(AbortSignal.any([...given, AbortSignal.timeout(PATIENCE_MS)]))
    const cable = this.#cable
    if (!cable) throw new Failure('client/offline')
    try {
      return await cable.link.call(path, input, { ...options, signal: AbortSignal.any([...given, cable.cut.signal]) })
    } catch (error) {
      throw failureOf(error)
    }
  }
}
