import { Duplex, type DuplexOptions } from 'node:stream'
import type { StreamKind } from './codec.ts'
import { TransportError, XdrError } from './errors.ts'
import { MAX_STREAM_BYTES, encodeFrame, frameStatus, frameType, type Frame, type FrameHeader } from './frame.ts'
import { LibvirtError } from './libvirt-error.ts'
import { decodeBody, encodeBody, streamHeader } from './messages.ts'
import { structLayouts } from './procedures.gen.ts'
import type { Rpc, StreamSink } from './rpc.ts'
import type { XdrReader } from './xdr-reader.ts'
import type { XdrWriter } from './xdr-writer.ts'

export type StreamOptions = {
  /** Destroys the stream with the signal's reason, and tells the daemon. */
  readonly signal?: AbortSignal | undefined
  /** Bytes held for a reader that is behind, before the whole connection stops reading. */
  readonly highWaterMarkBytes?: number | undefined
  /** Runs of zeros travel as their length; the procedure's own flag must say so too. */
  readonly sparse?: boolean | undefined
  /** How long the daemon may take to confirm that everything arrived. */
  readonly confirmTimeoutMs?: number | undefined
}

export type StreamFacts = { readonly name: string; readonly kind: StreamKind; readonly call: FrameHeader }

/** What came and is not yet read: bytes, a run of zeros, the end of data, or the daemon's confirmation. */
type Arrival = { bytes: Buffer } | { zeros: bigint } | 'end' | 'confirmed'

const zeroChunk = Buffer.alloc(MAX_STREAM_BYTES)
const defaultHighWaterBytes = 1_048_576
const defaultConfirmMs = 60_000
/** A hole below this is not worth a packet of its own. */
const minHoleBytes = 4_096

const holeLayout = {
  encode: (w: XdrWriter, length: bigint) => {
    w.hyper(length)
    w.uint(0)
  },
  decode: (r: XdrReader) => {
    const length = r.hyper()
    r.uint()
    if (length < 0n) throw new XdrError(`hole of ${length} bytes`)
    return length
  },
}

/**
 * The data that follow a call, as a Node stream. Reading ends, and writing finishes, only when the daemon confirmed that
 * everything was right. Destroying it early aborts it in the daemon.
 */
export class LibvirtStream extends Duplex implements StreamSink {
  readonly #rpc: Rpc
  readonly #facts: StreamFacts
  readonly #options: StreamOptions
  #arrived: Arrival[] = []
  #wantsMore = false
  #isOver = false
  #finishing: ((error?: Error | null) => void) | undefined
  #confirmTimer: NodeJS.Timeout | undefined

  constructor(rpc: Rpc, facts: StreamFacts, options: StreamOptions) {
    const shape: DuplexOptions & { readonly readable: boolean; readonly writable: boolean } = {
      readable: facts.kind !== 'write',
      writable: facts.kind !== 'read',
      highWaterMark: options.highWaterMarkBytes ?? defaultHighWaterBytes,
      ...(options.signal && { signal: options.signal }),
    }
    super(shape)
    this.#rpc = rpc
    this.#facts = facts
    this.#options = options
    this.on('error', () => undefined) // whoever reads or writes hears of it; nobody yet is no reason to end the process
  }

  onPacket(frame: Frame): void {
    try {
      this.#take(frame)
    } catch (error) {
      this.destroy(error as Error)
    }
  }

  onLost(error: TransportError): void {
    this.#isOver = true
    this.destroy(error)
  }

  override _read(): void {
    this.#wantsMore = true
    this.#deliver()
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#writeFrom(chunk, 0, done)
  }

  override _final(done: (error?: Error | null) => void): void {
    if (this.#isOver) return done()
    this.#finishing = done
    this.#finish()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#confirmTimer)
    this.#arrived = []
    if (!this.#isOver && this.#rpc.isOpen) this.#send(frameStatus.error)
    this.#isOver = true
    this.#rpc.dropStream(this.#facts.call.serial)
    this.#rpc.link.release(this)
    this.#finishing?.(error ?? new TransportError('closed', `${this.#facts.name} was aborted`))
    this.#finishing = undefined
    done(error)
  }

  #take(frame: Frame): void {
    if (frame.type === frameType.hole) this.#arrived.push({ zeros: decodeBody(holeLayout, frame.payload) })
    else if (frame.status === frameStatus.error) return this.#onError(frame)
    else if (frame.status === frameStatus.ok) this.#arrived.push('confirmed')
    else if (frame.payload.byteLength === 0) this.#arrived.push('end')
    else this.#arrived.push({ bytes: frame.payload })
    this.#deliver()
  }

  #onError(frame: Frame): void {
    this.#isOver = true
    if (frame.payload.byteLength > 0)
      throw new LibvirtError(this.#facts.name, decodeBody(structLayouts.errorBody, frame.payload))
    throw new TransportError('lost', `the daemon aborted ${this.#facts.name}`)
  }

  /** Hands over as much as the reader takes; while it takes nothing, the connection is not read. */
  #deliver(): void {
    for (let next = this.#arrived[0]; next !== undefined; next = this.#arrived[0]) {
      if (next === 'confirmed') this.#onConfirmed()
      else if (next === 'end') this.#finish()
      else if (this.#facts.kind === 'write') throw new XdrError('data in a stream that is only written')
      else if (!this.#wantsMore) return this.#rpc.link.hold(this)
      else if (!this.#push(next)) continue
      this.#arrived.shift()
    }
    this.#rpc.link.release(this)
  }

  /** @returns whether all of it is handed over */
  #push(next: Exclude<Arrival, string>): boolean {
    if ('bytes' in next) {
      this.#wantsMore = this.push(next.bytes)
      return true
    }
    const length = next.zeros < BigInt(MAX_STREAM_BYTES) ? Number(next.zeros) : MAX_STREAM_BYTES
    next.zeros -= BigInt(length)
    if (length > 0) this.#wantsMore = this.push(zeroChunk.subarray(0, length))
    return next.zeros === 0n
  }

  /** Asks the daemon to confirm, once. */
  #finish(): void {
    if (this.#isOver || this.#confirmTimer) return
    const waitMs = this.#options.confirmTimeoutMs ?? defaultConfirmMs
    const late = new TransportError('deadline', `${this.#facts.name} was not confirmed in ${waitMs} ms`)
    this.#confirmTimer = setTimeout(() => this.destroy(late), waitMs)
    this.#send(frameStatus.ok)
  }

  #onConfirmed(): void {
    clearTimeout(this.#confirmTimer)
    this.#isOver = true
    this.#rpc.dropStream(this.#facts.call.serial)
    if (this.#facts.kind !== 'write') this.push(null)
    this.#finishing?.()
    this.#finishing = undefined
    if (this.#facts.kind === 'both' && !this.writableEnded) this.end()
  }

  #send(status: number): void {
    this.#rpc.link.send(encodeFrame(streamHeader(this.#facts.call, status)))
  }

  #writeFrom(chunk: Buffer, start: number, done: (error?: Error | null) => void): void {
    if (this.#isOver || this.destroyed) return done(new TransportError('closed', `${this.#facts.name} is over`))
    if (start >= chunk.byteLength) return done()
    const piece = chunk.subarray(start, start + MAX_STREAM_BYTES)
    const next = (): void => this.#writeFrom(chunk, start + piece.byteLength, done)
    this.#rpc.link.sendPaced(this.#encodePiece(piece), next)
  }

  #encodePiece(piece: Buffer): Buffer {
    const head = streamHeader(this.#facts.call, frameStatus.continue)
    const isHole =
      this.#options.sparse === true &&
      piece.byteLength >= minHoleBytes &&
      piece.equals(zeroChunk.subarray(0, piece.byteLength))
    if (!isHole) return encodeFrame(head, piece)
    return encodeBody({ ...head, type: frameType.hole }, holeLayout, BigInt(piece.byteLength))
  }
}
