import { duplexPair, type Duplex } from 'node:stream'
import {
  openLibvirt,
  serverCodec,
  type ArgsOf,
  type ErrorFacts,
  type Frame,
  type Libvirt,
  type LibvirtOptions,
  type ProcedureName,
  type ResultOf,
} from '../index.ts'

const {
  FrameSplitter,
  decodeArgs,
  encodeError,
  encodeFrame,
  encodeResult,
  findProcedure,
  frameType,
  header,
  keepalive,
  streamHeader,
} = serverCodec

/** What a handler throws to refuse. */
export class Refusal extends Error {
  readonly facts: ErrorFacts
  constructor(facts: ErrorFacts) {
    super(facts.message ?? '')
    this.facts = facts
  }
}

/** Answers a call, or throws a `Refusal`. A promise that never settles is a call that hangs. */
export type Handlers = {
  readonly [N in ProcedureName]?: (args: ArgsOf<N>, frame: Frame) => ResultOf<N> | Promise<ResultOf<N>>
}

type AnyHandler = (args: unknown, frame: Frame) => unknown

const usual: Handlers = {
  authList: () => ({ types: [0] }),
  connectOpen: () => ({}),
  connectSupportsFeature: () => ({ supported: 1 }),
  connectClose: () => ({}),
}

/** A small daemon at the other end of a byte stream in memory: speaks the protocol and remembers what it was sent. */
export class Daemon {
  readonly socket: Duplex
  /** Everything that came, in order. */
  readonly frames: Frame[] = []
  /** One entry for each run of bytes that arrived at once. */
  readonly chunkFrames: number[] = []
  answersPings = true
  readonly #handlers: Handlers
  readonly #splitter = new FrameSplitter()
  #watchers: (() => void)[] = []

  constructor(socket: Duplex, handlers: Handlers = {}) {
    this.socket = socket
    this.#handlers = { ...usual, ...handlers }
    socket.on('error', () => undefined)
    socket.on('data', (chunk: Uint8Array) => this.#onData(chunk))
  }

  get calls(): string[] {
    return this.frames.filter(frame => frame.type === frameType.call).map(frame => findProcedure(frame)?.name ?? '?')
  }

  /** The calls of one procedure. */
  callsOf(name: ProcedureName): Frame[] {
    return this.frames.filter(frame => frame.type === frameType.call && findProcedure(frame)?.name === name)
  }

  get streamFrames(): Frame[] {
    return this.frames.filter(frame => frame.type === frameType.stream || frame.type === frameType.hole)
  }

  get pings(): number {
    return this.frames.filter(frame => frame.program === keepalive.program && frame.procedure === keepalive.ping).length
  }

  get pongs(): number {
    return this.frames.filter(frame => frame.program === keepalive.program && frame.procedure === keepalive.pong).length
  }

  send(...frames: readonly Uint8Array[]): void {
    this.socket.write(Buffer.concat(frames))
  }

  /** A packet of the stream that this call began. */
  sendStream(call: Frame, status: number, bytes?: Uint8Array): void {
    this.send(encodeFrame(streamHeader(call, status), bytes))
  }

  ping(): Buffer {
    return encodeFrame(header(keepalive.program, keepalive.ping, frameType.message, 0))
  }

  /** Resolves when what came satisfies `is`. */
  async until(is: () => boolean): Promise<void> {
    while (!is()) await new Promise<void>(resolve => this.#watchers.push(resolve))
  }

  #onData(chunk: Uint8Array): void {
    const frames = this.#splitter.push(chunk)
    this.chunkFrames.push(frames.length)
    for (const frame of frames) {
      this.frames.push(frame)
      if (frame.type === frameType.call) void this.#answer(frame)
      if (frame.program === keepalive.program && frame.procedure === keepalive.ping && this.answersPings) {
        this.send(encodeFrame(header(keepalive.program, keepalive.pong, frameType.message, 0)))
      }
    }
    for (const wake of this.#watchers.splice(0)) wake()
  }

  async #answer(frame: Frame): Promise<void> {
    const name = findProcedure(frame)?.name as ProcedureName | undefined
    const handler = name && (this.#handlers[name] as AnyHandler | undefined)
    if (!handler) return this.send(encodeError(frame, { code: 39, domain: 7, message: 'unknown procedure' }))
    try {
      const outcome = handler(decodeArgs(name, frame), frame)
      const result = (outcome instanceof Promise ? await outcome : outcome) as ResultOf<typeof name>
      this.send(encodeResult(name, frame.serial, result))
      if (name === 'connectClose') this.socket.end()
    } catch (error) {
      this.send(encodeError(frame, (error as Refusal).facts))
    }
  }
}

/** Both ends of one open connection. */
export async function connected(
  handlers: Handlers = {},
  options: Partial<LibvirtOptions> = {},
): Promise<{ readonly libvirt: Libvirt; readonly daemon: Daemon }> {
  const [near, far] = duplexPair()
  const daemon = new Daemon(far, handlers)
  const libvirt = await openLibvirt(near, { uri: 'test:///default', keepalive: false, ...options })
  return { libvirt, daemon }
}

/** A call that the daemon takes and does not answer until told. */
export function held<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  const { promise, resolve } = Promise.withResolvers<T>()
  return { promise, resolve }
}
