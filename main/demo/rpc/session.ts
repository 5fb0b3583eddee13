import { LibvirtFault, fault, origin } from '#demo/host/faults.ts'
import type { HostEvent, SimulatedHost } from '#demo/host/host.ts'
import {
  XdrError,
  serverCodec,
  type EventBody,
  type EventName,
  type Frame,
  type FrameHeader,
  type ProcedureName,
  type ResultOf,
} from '#wire/libvirt/index.ts'
import { connectionProcedures } from './connection-procedures.ts'
import { domainChanges } from './domain-changes.ts'
import { domainProcedures } from './domain-procedures.ts'
import { answerExtra } from './extra-procedures.ts'
import type { Call, Handlers, StreamSink, Subscription } from './handlers.ts'
import { hostProcedures } from './host-procedures.ts'
import { networkProcedures } from './network-procedures.ts'
import { storageProcedures } from './storage-procedures.ts'
import { volumeProcedures } from './volume-procedures.ts'

const {
  FrameSplitter,
  decodeArgs,
  encodeError,
  encodeEvent,
  encodeFrame,
  encodeResult,
  findProcedure,
  frameStatus,
  frameType,
  header,
  keepalive,
  streamHeader,
} = serverCodec

const handlers: Handlers = {
  ...connectionProcedures,
  ...hostProcedures,
  ...domainProcedures,
  ...domainChanges,
  ...storageProcedures,
  ...volumeProcedures,
  ...networkProcedures,
}

/** What a client may call before CONNECT_OPEN. */
const beforeOpen = new Set<ProcedureName>(['authList', 'authPolkit', 'connectOpen', 'connectClose'])
const READ_ONLY = 1
/** On a read-only connection what neither looks up nor lists is refused. */
const readings =
  /^(auth|connect(?!.*Create)|node(Get|Device(Get|Lookup|List|Num))|\w*(Get|Lookup|List|IsA|IsP|IsU|Has|Stats))/

/** The byte stream that a session speaks over. */
export type Transport = {
  /** @returns false when the other side reads more slowly than we write */
  readonly write: (bytes: Buffer) => boolean
  readonly onDrain: (action: () => void) => void
  readonly end: () => void
}

const virName = (name: string): string => `vir${name.charAt(0).toUpperCase()}${name.slice(1)}`

function factsOf(error: unknown): Omit<LibvirtFault, 'name' | 'stack' | 'cause'> {
  if (error instanceof LibvirtFault) return error
  if (error instanceof XdrError) return fault(39, origin.rpc, 'Unable to decode message payload')
  return fault(1, origin.none, error instanceof Error ? error.message : String(error))
}

const bodyOfError = (error: unknown) => {
  const { code, domain, message, str1, str2, int1, int2 } = factsOf(error)
  return { code, domain, message, str1, str2, int1, int2 }
}

/** One libvirt connection, from its first byte to its last. */
export class RpcSession {
  readonly #host: SimulatedHost
  readonly #transport: Transport
  readonly #splitter = new FrameSplitter()
  readonly #subscriptions = new Map<number, Subscription>()
  readonly #uploads = new Map<number, StreamSink>()
  readonly #stopListening: () => void
  readonly #isSocketReadOnly: boolean
  #isOpen = false
  #isReadOnly: boolean
  #isClosed = false
  #nextCallback = 0
  #outgoing: Buffer[] = []

  constructor(host: SimulatedHost, transport: Transport, isSocketReadOnly = false) {
    this.#host = host
    this.#transport = transport
    this.#isSocketReadOnly = isSocketReadOnly
    this.#isReadOnly = isSocketReadOnly
    this.#stopListening = host.subscribe(event => this.#tell(event))
  }

  /** Bytes of the client; answers go out in one piece for each piece that comes in. */
  push(chunk: Uint8Array): void {
    if (this.#isClosed) return
    let frames: Frame[]
    try {
      frames = this.#splitter.push(chunk)
    } catch {
      return this.close() // no frame of this protocol: the daemon hangs up without a word
    }
    for (const frame of frames) this.#take(frame)
    this.#flush()
  }

  /** The client is gone, or is to go. */
  close(): void {
    if (this.#isClosed) return
    this.#flush()
    this.#isClosed = true
    this.#stopListening()
    this.#transport.end()
  }

  #flush(): void {
    if (this.#outgoing.length === 0 || this.#isClosed) return
    const bytes = this.#outgoing.length === 1 ? (this.#outgoing[0] as Buffer) : Buffer.concat(this.#outgoing)
    this.#outgoing = []
    this.#transport.write(bytes)
  }

  #take(frame: Frame): void {
    if (frame.program === keepalive.program) return this.#answerPing(frame)
    if (frame.type === frameType.stream) return this.#takeStream(frame)
    if (frame.type !== frameType.call) return this.close()
    const procedure = findProcedure(frame)
    if (procedure) return this.#call(procedure.name as ProcedureName, frame)
    try {
      const reply = answerExtra(this.#host, frame)
      if (!reply) throw fault(39, origin.rpc, `unknown procedure: ${frame.procedure}`)
      this.#outgoing.push(reply)
    } catch (error) {
      this.#refuse(frame, error)
    }
  }

  #answerPing(frame: Frame): void {
    if (frame.procedure !== keepalive.ping) return
    this.#outgoing.push(encodeFrame(header(keepalive.program, keepalive.pong, frameType.message, 0)))
  }

  #call(name: ProcedureName, frame: Frame): void {
    try {
      const result = this.#run(name, frame)
      if (!(result instanceof Promise)) return this.#reply(name, frame, result)
      void result.then(
        value => this.#later(() => this.#reply(name, frame, value)),
        (error: unknown) => this.#later(() => this.#refuse(frame, error)),
      )
    } catch (error) {
      this.#refuse(frame, error)
    }
  }

  #later(answer: () => void): void {
    if (this.#isClosed) return
    answer()
    this.#flush()
  }

  /** @throws {LibvirtFault | XdrError} */
  #run(name: ProcedureName, frame: Frame): ResultOf<ProcedureName> | Promise<ResultOf<ProcedureName>> {
    if (!this.#isOpen && !beforeOpen.has(name)) throw fault(1, origin.rpc, 'connection not open')
    const args = decodeArgs(name, frame)
    const planted = this.#host.planted.get(name)?.shift()
    if (planted) throw planted
    if (this.#isReadOnly && !readings.test(name)) {
      throw new LibvirtFault(29, origin.domain, `operation forbidden: read only access prevents ${virName(name)}`, [
        'operation forbidden: %s',
        `read only access prevents ${virName(name)}`,
      ])
    }
    // The table's types tie each name to its arguments; TypeScript does not follow that through a variable name.
    const handler = handlers[name] as ((args: unknown, call: Call) => ResultOf<ProcedureName>) | undefined
    if (!handler) throw fault(3, origin.domain, virName(name))
    return handler(args, { host: this.#host, frame, at: this.#host.now(), session: this.#services })
  }

  #reply(name: ProcedureName, frame: Frame, result: ResultOf<ProcedureName>): void {
    this.#outgoing.push(encodeResult(name, frame.serial, result))
    if (name === 'connectClose') this.close()
  }

  #refuse(to: FrameHeader, error: unknown): void {
    this.#outgoing.push(encodeError(to, bodyOfError(error)))
  }

  readonly #services: Call['session'] = {
    open: (_uri, flags) => {
      this.#isOpen = true
      this.#isReadOnly = this.#isSocketReadOnly || (flags & READ_ONLY) !== 0
    },
    // The daemon answers and then hangs up; see #reply.
    close: () => undefined,
    subscribe: subscription => {
      const id = this.#nextCallback++
      this.#subscriptions.set(id, subscription)
      return id
    },
    unsubscribe: id => this.#subscriptions.delete(id),
    receive: (call, sink) => this.#uploads.set(call.serial, sink),
    send: (call, chunks) => {
      // Behind the reply, which is not written yet.
      queueMicrotask(() => this.#pump(call, chunks[Symbol.iterator]()))
    },
  }

  #tell({ name, body }: HostEvent): void {
    for (const [callbackID, { event, uuid }] of this.#subscriptions) {
      if (event !== name) continue
      const about =
        'dom' in body ? body.dom.uuid : 'pool' in body ? body.pool.uuid : 'net' in body ? body.net.uuid : null
      if (uuid !== null && uuid !== about) continue
      this.#outgoing.push(encodeEvent(name, { ...body, callbackID } as EventBody<EventName>))
    }
    // Within a call the events go out with its answer.
    if (this.#outgoing.length > 0) queueMicrotask(() => this.#flush())
  }

  #takeStream(frame: Frame): void {
    const sink = this.#uploads.get(frame.serial)
    if (!sink) return
    try {
      if (frame.status === frameStatus.continue && frame.payload.byteLength > 0) return sink.write(frame.payload)
      this.#uploads.delete(frame.serial)
      if (frame.status !== frameStatus.ok) return
      sink.finish()
      this.#outgoing.push(encodeFrame(streamHeader(frame, frameStatus.ok)))
    } catch (error) {
      this.#uploads.delete(frame.serial)
      this.#refuse(frame, error)
    }
  }

  /** Sends as fast as the client reads. The stream ends with an empty packet; the client then confirms. */
  #pump(call: Frame, chunks: Iterator<Buffer>): void {
    this.#flush()
    while (!this.#isClosed) {
      const next = chunks.next()
      if (next.done === true) {
        this.#uploads.set(call.serial, { write: () => undefined, finish: () => undefined })
        this.#transport.write(encodeFrame(streamHeader(call, frameStatus.continue)))
        return
      }
      const isFlowing = this.#transport.write(encodeFrame(streamHeader(call, frameStatus.continue), next.value))
      if (!isFlowing) return this.#transport.onDrain(() => this.#pump(call, chunks))
    }
  }
}
