import { FrameError } from './errors.ts'

/** Bytes of the length word that opens a frame; the length counts them too. */
export const LENGTH_BYTES = 4
/** Bytes before the payload. */
export const HEADER_BYTES = 28
/** Longest frame of libvirt 9.0.0 and later, its length word included. */
export const MAX_FRAME_BYTES = 33_554_436
/** Longest run of stream data in one frame that every release accepts. */
export const MAX_STREAM_BYTES = 262_120

export const frameType = { call: 0, reply: 1, message: 2, stream: 3, callWithFds: 4, replyWithFds: 5, hole: 6 } as const
export const frameStatus = { ok: 0, error: 1, continue: 2 } as const

const protocolVersion = 1

/** All numbers as on the wire; `serial` ties a reply and a stream to its call and is 0 in events and keepalives. */
export type FrameHeader = {
  readonly program: number
  readonly version: number
  readonly procedure: number
  readonly type: number
  readonly serial: number
  readonly status: number
}

/** `payload` is a view on the bytes that were received, not a copy. */
export type Frame = FrameHeader & { readonly payload: Buffer }

/** A header with the version that every program of libvirt has. */
export function header(
  program: number,
  procedure: number,
  type: number,
  serial: number,
  status: number = frameStatus.ok,
): FrameHeader {
  return { program, version: protocolVersion, procedure, type, serial, status }
}

/**
 * Reads the length word of a frame that has just begun.
 *
 * @param bytes  four bytes or more
 * @returns      bytes of the whole frame
 * @throws {FrameError} a length no frame can have
 */
export function readFrameSize(bytes: Uint8Array): number {
  const [a = 0, b = 0, c = 0, d = 0] = bytes
  const size = a * 0x1000000 + ((b << 16) | (c << 8) | d)
  if (size < HEADER_BYTES) throw new FrameError(`frame of ${size} bytes; the header alone has ${HEADER_BYTES}`)
  if (size > MAX_FRAME_BYTES) throw new FrameError(`frame of ${size} bytes; the limit is ${MAX_FRAME_BYTES}`)
  return size
}

/**
 * Reads one whole frame.
 *
 * @throws {FrameError} unknown type or status, or file descriptors, which no byte stream can carry
 */
export function decodeFrame(bytes: Uint8Array): Frame {
  if (bytes.byteLength < HEADER_BYTES) throw new FrameError(`${bytes.byteLength} bytes are no frame`)
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const type = buffer.readUInt32BE(16)
  const status = buffer.readUInt32BE(24)
  if (type > frameType.hole) throw new FrameError(`frame of unknown type ${type}`)
  if (type === frameType.callWithFds || type === frameType.replyWithFds) {
    throw new FrameError('frame with file descriptors, which this connection cannot carry')
  }
  if (status > frameStatus.continue) throw new FrameError(`frame of unknown status ${status}`)
  return {
    program: buffer.readUInt32BE(4),
    version: buffer.readUInt32BE(8),
    procedure: buffer.readInt32BE(12),
    type,
    serial: buffer.readUInt32BE(20),
    status,
    payload: buffer.subarray(HEADER_BYTES),
  }
}

/** Writes length word and header into the first 28 bytes of `frame`, whose payload stands behind them. */
export function writeHeader(frame: Buffer, { program, version, procedure, type, serial, status }: FrameHeader): void {
  if (frame.byteLength > MAX_FRAME_BYTES) {
    throw new FrameError(`frame of ${frame.byteLength} bytes; the limit is ${MAX_FRAME_BYTES}`)
  }
  frame.writeUInt32BE(frame.byteLength, 0)
  frame.writeUInt32BE(program, 4)
  frame.writeUInt32BE(version, 8)
  frame.writeInt32BE(procedure, 12)
  frame.writeUInt32BE(type, 16)
  frame.writeUInt32BE(serial, 20)
  frame.writeUInt32BE(status, 24)
}

/**
 * One frame with a payload of plain bytes: stream data, or nothing.
 *
 * @throws {FrameError} a payload beyond the protocol's limit
 */
export function encodeFrame(head: FrameHeader, payload?: Uint8Array): Buffer {
  const bytes = payload?.byteLength ?? 0
  if (bytes > MAX_FRAME_BYTES - HEADER_BYTES) throw new FrameError(`payload of ${bytes} bytes is beyond the limit`)
  const frame = Buffer.allocUnsafe(HEADER_BYTES + bytes)
  if (payload) frame.set(payload, HEADER_BYTES)
  writeHeader(frame, head)
  return frame
}
