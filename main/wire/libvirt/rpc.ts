import type { Duplex } from 'node:stream'
import type { Procedure } from './codec.ts'
import { FrameError, TransportError } from './errors.ts'
import { encodeFrame, frameStatus, frameType, header, type Frame, type FrameHeader } from './frame.ts'
import { encodePing, encodePong, startKeepalive, type KeepaliveOptions } from './keepalive.ts'
import { LibvirtError } from './libvirt-error.ts'
import { Link } from './link.ts'
import { decodeBody, encodeCall, keepalive, streamHeader } from './messages.ts'
import { structLayouts, procedures } from './procedures.gen.ts'
import type { Decode } from './xdr-reader.ts'

/**
 * The daemon works on five calls of one client and reads nothing more meanwhile, pings included. One place is kept free,
 * so that five slow calls do not look like a dead daemon.
 */
const DAEMON_CALLS = 5
/** How long a polite goodbye may take before the byte stream is torn down. */
const GOODBYE_MS = 1_000

export type RpcOptions = {
  /** Calls sent and not answered; 1 or more. */
  readonly maxInFlight: number
  /** Calls that wait here for their turn; the next one is refused. */
  readonly maxQueued: number
  readonly callTimeoutMs: number
}
export const rpcDefaults: RpcOptions = { maxInFlight: DAEMON_CALLS - 1, maxQueued: 1_000, callTimeoutMs: 30_000 }

export type CallOptions = {
  /** From the moment of the call, time in the queue included. */
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** The other end of a stream's packets in this process. */
export type StreamSink = {
  readonly onPacket: (frame: Frame) => void
  readonly onLost: (error: TransportError) => void
}

type Expected = Pick<Procedure<never, never>, 'name' | 'program' | 'number'> & {
  readonly result: { readonly decode: Decode<unknown> }
}

type Waiter = {
  readonly procedure: Expected
  readonly frame: Buffer
  readonly sink: StreamSink | undefined
  /** Takes its timer and its listener away. */
  release: () => void
  /** Nobody waits any more; the daemon's place stays taken until its answer comes. */
  isAbandoned: boolean
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
}

/** Calls, replies, keepalive and the routing of events and stream packets. Knows no procedure but CONNECT_CLOSE. */
export class Rpc {
  /** Resolves, never rejects, when the connection is over, with the reason. */
  readonly closed: Promise<TransportError>
  readonly #options: RpcOptions
  readonly #link: Link
  readonly #onEvent: (frame: Frame) => void
  readonly #queued = new Map<number, Waiter>()
  readonly #inFlight = new Map<number, Waiter>()
  readonly #streams = new Map<number, StreamSink>()
  readonly #resolveClosed: (error: TransportError) => void
  /** Resolves when the byte stream is gone. */
  readonly #gone = Promise.withResolvers<void>()
  #goodbye = 0
  #abandoned = 0
  #serial = 0
  #ended: TransportError | undefined
  #stopKeepalive = (): void => {}

  constructor(duplex: Duplex, options: RpcOptions, onEvent: (frame: Frame) => void) {
    this.#options = options
    this.#onEvent = onEvent
    const { promise, resolve } = Promise.withResolvers<TransportError>()
    this.closed = promise
    this.#resolveClosed = resolve
    this.#link = new Link(duplex, { onFrame: frame => this.#onFrame(frame), onEnd: error => this.#onEnd(error) })
  }

  get link(): Link {
    return this.#link
  }

  get isOpen(): boolean {
    return this.#ended === undefined
  }

  /**
   * @throws {LibvirtError}   the daemon refused
   * @throws {TransportError} there was no answer; `reason` says why
   * @throws {XdrError}       arguments or result do not fit the layout
   */
  call<A, R>(procedure: Procedure<A, R>, args: A, options: CallOptions = {}): Promise<R> {
    return this.#start(procedure, args, options).answer
  }

  /**
   * A call after whose reply a stream flows.
   *
   * @param makeSink  gets the header of the stream's packets; packets come from the reply until `dropStream`
   */
  async callStream<A, R, S extends StreamSink>(
    procedure: Procedure<A, R>,
    args: A,
    makeSink: (call: FrameHeader) => S,
    options: CallOptions = {},
  ): Promise<{ readonly result: R; readonly sink: S }> {
    const sinks: S[] = []
    const { answer } = this.#start(procedure, args, options, head => {
      const sink = makeSink(head)
      sinks.push(sink)
      return sink
    })
    try {
      return { result: await answer, sink: sinks[0] as S }
    } catch (error) {
      sinks[0]?.onLost(new TransportError('closed', `${procedure.name} opened no stream`, { cause: error }))
      throw error
    }
  }

  dropStream(serial: number): void {
    this.#streams.delete(serial)
  }

  /** Begins to ask after the daemon; only once it confirmed that it answers. */
  keepAlive(options: KeepaliveOptions): void {
    if (this.#ended) return
    this.#stopKeepalive()
    this.#stopKeepalive = startKeepalive(options, {
      signs: () => this.#link.signs,
      isExcused: () => this.#link.isHeld || this.#inFlight.size - this.#abandoned >= DAEMON_CALLS,
      sendPing: () => this.#link.send(encodePing()),
      onSilent: waitedMs =>
        this.#link.end(new TransportError('silent', `the daemon sent nothing for ${waitedMs} ms, keepalive included`)),
    })
  }

  /**
   * Rejects every waiter at once. Then the calls that the daemon works on are let come to their end before it is told
   * goodbye: libvirtd 9.0 crashes when a client hangs up while one of its event callbacks is being added, for closing
   * frees the list of them under the worker. Resolves when the byte stream is gone, `GOODBYE_MS` later at most.
   */
  async close(): Promise<void> {
    if (!this.#ended) this.#leave(new TransportError('closed', 'the connection was closed on this side'))
    await this.#gone.promise
  }

  /** Ends the connection for a reason that was found above. */
  fail(error: TransportError): void {
    this.#link.end(error)
  }

  #start<A, R>(
    procedure: Procedure<A, R>,
    args: A,
    { timeoutMs = this.#options.callTimeoutMs, signal }: CallOptions,
    makeSink?: (call: FrameHeader) => StreamSink,
  ): { readonly answer: Promise<R> } {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const answer = promise as Promise<R>
    const refusal = this.#refusal(signal)
    if (refusal !== undefined) {
      reject(refusal)
      return { answer }
    }
    const serial = this.#nextSerial()
    try {
      const frame = encodeCall(procedure, serial, args)
      const sink = makeSink?.(header(procedure.program, procedure.number, frameType.call, serial))
      const waiter: Waiter = { procedure, frame, sink, release: () => {}, isAbandoned: false, resolve, reject }
      this.#queued.set(serial, waiter)
      this.#guard(serial, waiter, timeoutMs, signal)
      this.#pump()
    } catch (error) {
      reject(error)
    }
    return { answer }
  }

  #refusal(signal: AbortSignal | undefined): unknown {
    if (this.#ended) return this.#ended
    if (signal?.aborted) return signal.reason
    const { maxQueued } = this.#options
    if (this.#queued.size < maxQueued) return undefined
    return new TransportError('queue-full', `${maxQueued} calls wait already on this connection`)
  }

  #guard(serial: number, waiter: Waiter, timeoutMs: number, signal: AbortSignal | undefined): void {
    const onAbort = (): void => this.#abandon(serial, waiter, signal?.reason)
    const timer = setTimeout(
      () => this.#abandon(serial, waiter, this.#late(waiter, timeoutMs)),
      Math.min(timeoutMs, 0x7fffffff),
    )
    signal?.addEventListener('abort', onAbort, { once: true })
    waiter.release = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    }
  }

  #late({ procedure }: Waiter, timeoutMs: number): TransportError {
    const busy = this.#abandoned > 0 ? `; the daemon still works on ${this.#abandoned} abandoned calls` : ''
    return new TransportError('deadline', `${procedure.name} had no answer in ${timeoutMs} ms${busy}`)
  }

  #abandon(serial: number, waiter: Waiter, error: unknown): void {
    waiter.release()
    if (!this.#queued.delete(serial)) {
      waiter.isAbandoned = true
      this.#abandoned += 1
      this.#streams.delete(serial)
    }
    waiter.reject(error)
  }

  #pump(): void {
    for (const [serial, waiter] of this.#queued) {
      if (this.#inFlight.size >= this.#options.maxInFlight) return
      this.#queued.delete(serial)
      this.#inFlight.set(serial, waiter)
      if (waiter.sink) this.#streams.set(serial, waiter.sink)
      this.#link.send(waiter.frame)
    }
  }

  #onFrame(frame: Frame): void {
    if (frame.type === frameType.reply) this.#onReply(frame)
    else if (frame.type === frameType.stream || frame.type === frameType.hole) this.#onStreamPacket(frame)
    else if (frame.type === frameType.message && frame.program === keepalive.program) this.#onKeepalive(frame)
    else if (frame.type === frameType.message) this.#onMessage(frame)
    else throw new FrameError(`a daemon does not send frames of type ${frame.type}`)
  }

  #onMessage(frame: Frame): void {
    if (!this.#ended) this.#onEvent(frame)
  }

  #onKeepalive({ procedure }: Frame): void {
    if (procedure !== keepalive.ping) return
    this.#link.send(encodePong())
    this.#link.flush()
  }

  #onStreamPacket(frame: Frame): void {
    this.#streams.get(frame.serial)?.onPacket(frame) // packets of an aborted stream may still be on their way
  }

  #leave(error: TransportError): void {
    this.#finish(error)
    const timer = setTimeout(() => this.#link.end(error), GOODBYE_MS)
    void this.#gone.promise.then(() => clearTimeout(timer))
    this.#link.releaseAll()
    if (this.#inFlight.size === 0) this.#sayGoodbye()
  }

  #sayGoodbye(): void {
    this.#goodbye = this.#nextSerial()
    this.#link.send(encodeCall(procedures.connectClose, this.#goodbye, {}))
  }

  /** A reply after `close`: nobody waits for it but the goodbye. */
  #onLastReplies(ended: TransportError, { serial }: Frame): void {
    if (serial === this.#goodbye) this.#link.end(ended)
    else if (this.#inFlight.delete(serial) && this.#inFlight.size === 0) this.#sayGoodbye()
  }

  #onReply(frame: Frame): void {
    if (this.#ended) return this.#onLastReplies(this.#ended, frame)
    const waiter = this.#inFlight.get(frame.serial)
    if (!waiter) throw new FrameError(`reply to call ${frame.serial}, which waits for none`)
    const { name, program, number } = waiter.procedure
    if (frame.program !== program || frame.procedure !== number) {
      throw new FrameError(`reply of procedure ${frame.program}/${frame.procedure} to ${name}`)
    }
    this.#inFlight.delete(frame.serial)
    this.#pump()
    waiter.release()
    if (waiter.isAbandoned) this.#dismiss(waiter, frame)
    else this.#settle(waiter, frame)
  }

  #dismiss({ sink, procedure }: Waiter, { serial, status }: Frame): void {
    this.#abandoned -= 1
    if (!sink || status !== frameStatus.ok) return
    const call = header(procedure.program, procedure.number, frameType.call, serial)
    this.#link.send(encodeFrame(streamHeader(call, frameStatus.error)))
  }

  #settle({ procedure, resolve, reject }: Waiter, frame: Frame): void {
    if (frame.status !== frameStatus.ok) this.#streams.delete(frame.serial)
    try {
      if (frame.status === frameStatus.ok) resolve(decodeBody(procedure.result, frame.payload))
      else reject(new LibvirtError(procedure.name, decodeBody(structLayouts.errorBody, frame.payload)))
    } catch (error) {
      reject(error)
      this.#streams.delete(frame.serial)
    }
  }

  #onEnd(error: TransportError): void {
    if (!this.#ended) this.#finish(error)
    this.#gone.resolve()
  }

  /** Nobody waits from here on; the calls in flight stay known, for the daemon still works on them. */
  #finish(error: TransportError): void {
    this.#ended = error
    this.#stopKeepalive()
    for (const waiter of [...this.#inFlight.values(), ...this.#queued.values()]) {
      waiter.release()
      if (!waiter.isAbandoned) waiter.reject(error)
    }
    this.#queued.clear()
    for (const sink of [...this.#streams.values()]) sink.onLost(error)
    this.#streams.clear()
    this.#resolveClosed(error)
  }

  #nextSerial(): number {
    this.#serial = this.#serial >= 0xffffffff ? 1 : this.#serial + 1
    return this.#serial
  }
}

/** A procedure whose result is read in another way than the table says. */
export function readAs<A, R>(procedure: Omit<Procedure<A, never>, 'result'>, decode: Decode<R>): Procedure<A, R> {
  return { ...procedure, result: { decode, encode: notWritten } }
}

function notWritten(): never {
  throw new TypeError('this layout is only read')
}
