import { XdrError } from './errors.ts'
import { MAX_FRAME_BYTES } from './frame.ts'
import { STRING_MAX_BYTES, WORD_BYTES } from './xdr-limits.ts'

export type Encode<T> = (writer: XdrWriter, value: T) => void

const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/**
 * Writes one payload, growing as it goes. All methods throw XdrError on a value that the layout cannot hold, so that
 * nothing is cut short in silence.
 */
export class XdrWriter {
  #bytes: Buffer
  #view: DataView
  #at: number

  /** @param reservedBytes left free at the front, for a header that is known last */
  constructor(reservedBytes = 0) {
    this.#bytes = Buffer.allocUnsafe(256)
    this.#view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength)
    this.#at = reservedBytes
  }

  /** All that was written, reserved bytes in front; the writer must not be used afterwards. */
  finish(): Buffer {
    return this.#bytes.subarray(0, this.#at)
  }

  int(value: number): void {
    if (value !== (value | 0)) throw new XdrError(`${value} is no 32-bit integer`)
    const at = this.#grow(4)
    this.#view.setInt32(at, value)
  }

  uint(value: number): void {
    if (value !== value >>> 0) throw new XdrError(`${value} is no unsigned 32-bit integer`)
    const at = this.#grow(4)
    this.#view.setUint32(at, value)
  }

  hyper(value: bigint): void {
    if (BigInt.asIntN(64, value) !== value) throw new XdrError(`${value} is no 64-bit integer`)
    const at = this.#grow(8)
    this.#view.setBigInt64(at, value)
  }

  uhyper(value: bigint): void {
    if (BigInt.asUintN(64, value) !== value) throw new XdrError(`${value} is no unsigned 64-bit integer`)
    const at = this.#grow(8)
    this.#view.setBigUint64(at, value)
  }

  double(value: number): void {
    const at = this.#grow(8)
    this.#view.setFloat64(at, value)
  }

  /** The daemon reads strings up to a NUL: one inside would silently mean another name. */
  string(value: string, maxBytes: number = STRING_MAX_BYTES): void {
    if (value.includes('\0')) throw new XdrError('a string with a NUL inside')
    if (!value.isWellFormed()) throw new XdrError('a string with half a surrogate pair')
    const length = Buffer.byteLength(value)
    if (length > maxBytes) throw new XdrError(`string of ${length} bytes, the limit is ${maxBytes}`)
    this.uint(length)
    const start = this.#growPadded(length)
    this.#bytes.write(value, start, length, 'utf8')
  }

  optionalString(value: string | null | undefined): void {
    this.uint(value === null || value === undefined ? 0 : 1)
    if (value !== null && value !== undefined) this.string(value)
  }

  uuid(value: string): void {
    if (!uuidShape.test(value)) throw new XdrError(`${JSON.stringify(value)} is no UUID`)
    const start = this.#grow(16)
    this.#bytes.write(value.replaceAll('-', ''), start, 16, 'hex')
  }

  opaque(value: Uint8Array, maxBytes: number): void {
    this.#length(value.byteLength, maxBytes, 'bytes')
    const at = this.#growPadded(value.byteLength)
    this.#bytes.set(value, at)
  }

  charBytes(value: Uint8Array, maxCount: number): void {
    this.#length(value.byteLength, maxCount, 'chars')
    this.#words(value)
  }

  /** With the NUL that libvirt sends and counts. */
  chars(value: string, maxCount: number): void {
    this.charBytes(Buffer.from(`${checkedText(value)}\0`), maxCount)
  }

  /** As `chars`, filled with NULs to `count`. */
  fixedChars(value: string, count: number): void {
    const text = Buffer.from(checkedText(value))
    if (text.byteLength >= count) throw new XdrError(`text of ${text.byteLength} bytes, the limit is ${count - 1}`)
    const chars = new Uint8Array(count)
    chars.set(text)
    this.#words(chars)
  }

  optional<T>(value: T | null | undefined, encode: Encode<T>): void {
    this.uint(value === null || value === undefined ? 0 : 1)
    if (value !== null && value !== undefined) encode(this, value)
  }

  list<T>(items: readonly T[], maxCount: number, encode: Encode<T>): void {
    this.#length(items.length, maxCount, 'items')
    for (const item of items) encode(this, item)
  }

  #length(length: number, max: number, what: string): void {
    if (length > max) throw new XdrError(`${length} ${what}, the limit is ${max}`)
    this.uint(length)
  }

  #words(chars: Uint8Array): void {
    let at = this.#grow(chars.byteLength * WORD_BYTES)
    for (const char of chars) {
      this.#view.setInt32(at, (char << 24) >> 24) // libvirt's chars are signed
      at += WORD_BYTES
    }
  }

  #growPadded(length: number): number {
    const start = this.#grow((length + 3) & ~3)
    for (let at = start + length; at < this.#at; at++) this.#bytes[at] = 0
    return start
  }

  #grow(length: number): number {
    const start = this.#at
    const end = start + length
    if (end > this.#bytes.byteLength) this.#enlarge(end)
    this.#at = end
    return start
  }

  #enlarge(neededBytes: number): void {
    if (neededBytes > MAX_FRAME_BYTES) throw new XdrError(`message beyond the limit of ${MAX_FRAME_BYTES} bytes`)
    const larger = Buffer.allocUnsafe(Math.min(Math.max(neededBytes, this.#bytes.byteLength * 2), MAX_FRAME_BYTES))
    larger.set(this.#bytes.subarray(0, this.#at))
    this.#bytes = larger
    this.#view = new DataView(larger.buffer, larger.byteOffset, larger.byteLength)
  }
}

function checkedText(value: string): string {
  if (value.includes('\0') || !value.isWellFormed()) throw new XdrError('text with a NUL or half a surrogate pair')
  return value
}
