import type { Duplex } from 'node:stream'
import { TransportError } from './errors.ts'
import { FrameSplitter } from './frame-splitter.ts'
import type { Frame } from './frame.ts'

/** Frames that wait for the same turn are joined into one write up to this size. */
const JOIN_MAX_BYTES = 131_072
/** A stream may run this far ahead of the socket before it waits. */
const WRITE_AHEAD_BYTES = 1_048_576

export type LinkListener = {
  readonly onFrame: (frame: Frame) => void
  /** Once; nothing comes afterwards. */
  readonly onEnd: (error: TransportError) => void
}

/** Frames over a byte stream: cut on the way in, joined on the way out, and one clear reason when it is over. */
export class Link {
  readonly #duplex: Duplex
  readonly #listener: LinkListener
  readonly #splitter = new FrameSplitter()
  readonly #holders = new Set<object>()
  #outbox: Buffer[] = []
  #drainWaiters: (() => void)[] = []
  #ended: TransportError | undefined
  #signs = 0

  constructor(duplex: Duplex, listener: LinkListener) {
    this.#duplex = duplex
    this.#listener = listener
    duplex.on('error', error => this.end(lost('the connection failed', error)))
    duplex.on('end', () => this.end(lost('the daemon closed the connection')))
    duplex.on('close', () => this.end(lost('the connection closed')))
    duplex.on('drain', () => this.#onDrain())
    duplex.on('data', (chunk: Uint8Array) => this.#onData(chunk))
    if (duplex.destroyed || duplex.readableEnded) queueMicrotask(() => this.end(lost('the connection was closed')))
  }

  /** Counts signs of life: bytes that came, and bytes that the other side made room for. */
  get signs(): number {
    return this.#signs
  }

  /** Nothing is read, because the reader of a stream does not keep up. */
  get isHeld(): boolean {
    return this.#holders.size > 0
  }

  /** Sends with everything else of this turn, in one write if it is small. */
  send(frame: Buffer): void {
    if (this.#ended) return
    if (this.#outbox.push(frame) === 1) queueMicrotask(() => this.flush())
  }

  /** Sends and calls back when more may follow. */
  sendPaced(frame: Buffer, onReady: () => void): void {
    this.send(frame)
    this.flush()
    if (this.#ended || this.#duplex.writableLength < WRITE_AHEAD_BYTES) process.nextTick(onReady)
    else this.#drainWaiters.push(onReady)
  }

  flush(): void {
    const frames = this.#outbox
    if (frames.length === 0 || this.#ended) return
    this.#outbox = []
    const bytes = frames.reduce((sum, frame) => sum + frame.byteLength, 0)
    if (frames.length === 1 || bytes <= JOIN_MAX_BYTES) {
      this.#duplex.write(frames.length === 1 ? frames[0] : Buffer.concat(frames, bytes))
      return
    }
    this.#duplex.cork()
    for (const frame of frames) this.#duplex.write(frame)
    this.#duplex.uncork()
  }

  /** Stops reading until `release`: the only back-pressure that the protocol knows. Holds up everything behind it. */
  hold(holder: object): void {
    if (this.#ended || this.#holders.has(holder)) return
    this.#holders.add(holder)
    this.#duplex.pause()
  }

  release(holder: object): void {
    if (!this.#holders.delete(holder) || this.#holders.size > 0) return
    this.#signs += 1
    this.#duplex.resume()
  }

  /** Reads on whatever the readers of streams do: nobody reads them any more. */
  releaseAll(): void {
    this.#holders.clear()
    this.#duplex.resume()
  }

  /** Tears the byte stream down and tells the listener why. Only the first reason counts. */
  end(error: TransportError): void {
    if (this.#ended) return
    this.#ended = error
    this.#outbox = []
    this.#holders.clear()
    this.#listener.onEnd(error)
    this.#onDrain()
    this.#duplex.destroy()
  }

  #onDrain(): void {
    this.#signs += 1
    for (const onReady of this.#drainWaiters.splice(0)) onReady()
  }

  #onData(chunk: Uint8Array): void {
    if (this.#ended) return
    this.#signs += 1
    try {
      for (const frame of this.#splitter.push(chunk)) {
        if (this.#ended) return
        this.#listener.onFrame(frame)
      }
    } catch (error) {
      this.end(new TransportError('broken', 'the daemon sent what is no libvirt protocol', { cause: error }))
    }
  }
}

function lost(message: string, cause?: unknown): TransportError {
  return new TransportError('lost', message, cause === undefined ? undefined : { cause })
}
