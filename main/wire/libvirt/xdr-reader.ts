import { XdrError } from './errors.ts'
import { knownName } from './known-names.ts'
import { uuidText } from './uuid.ts'
import { STRING_MAX_BYTES, WORD_BYTES } from './xdr-limits.ts'

export type Decode<T> = (reader: XdrReader) => T

/**
 * Reads one payload from front to end. Every length is checked against its limit and against the bytes that are there
 * before anything is allocated. All methods throw XdrError, whose message says what was wrong at which byte.
 */
export class XdrReader {
  readonly #bytes: Buffer
  readonly #view: DataView
  #at = 0

  constructor(payload: Uint8Array) {
    this.#bytes = Buffer.isBuffer(payload)
      ? payload
      : Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
    this.#view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength)
  }

  int(): number {
    return this.#view.getInt32(this.#take(4))
  }

  uint(): number {
    return this.#view.getUint32(this.#take(4))
  }

  hyper(): bigint {
    return this.#view.getBigInt64(this.#take(8))
  }

  uhyper(): bigint {
    return this.#view.getBigUint64(this.#take(8))
  }

  double(): number {
    return this.#view.getFloat64(this.#take(8))
  }

  /** UTF-8; bytes that are none become U+FFFD, so that one odd name does not hide a whole host. */
  string(): string {
    const length = this.#length(STRING_MAX_BYTES, 'string')
    const start = this.#takePadded(length)
    return this.#bytes.toString('utf8', start, start + length)
  }

  optionalString(): string | null {
    return this.#present() ? this.string() : null
  }

  /** A string out of a small vocabulary that comes again and again, as the names of typed parameters do. */
  name(maxBytes: number): string {
    const length = this.#length(maxBytes, 'name')
    return knownName(this.#bytes, this.#takePadded(length), length)
  }

  /** The canonical form, as in 6695eb01-f6a4-8304-79aa-97f2502e193f. */
  uuid(): string {
    return uuidText(this.#bytes, this.#take(16))
  }

  /** A view on the payload, not a copy. */
  opaque(maxBytes: number): Uint8Array {
    const length = this.#length(maxBytes, 'opaque')
    const start = this.#takePadded(length)
    return this.#bytes.subarray(start, start + length)
  }

  /** Bytes of which each takes a word. */
  charBytes(maxCount: number): Uint8Array {
    const count = this.#length(maxCount, 'chars')
    return this.#words(count)
  }

  /** Text of which each byte takes a word; ends at its NUL. */
  chars(maxCount: number): string {
    return textUntilNul(this.charBytes(maxCount))
  }

  /** As `chars`, always `count` words long. */
  fixedChars(count: number): string {
    return textUntilNul(this.#words(count))
  }

  optional<T>(decode: Decode<T>): T | null {
    return this.#present() ? decode(this) : null
  }

  /**
   * @param maxCount      the protocol's limit
   * @param minItemBytes  what the shortest item takes; a count that cannot fit is refused before the first item
   */
  list<T>(maxCount: number, minItemBytes: number, decode: Decode<T>): T[] {
    const count = this.count(maxCount, minItemBytes)
    const items: T[] = []
    for (let i = 0; i < count; i++) items.push(decode(this))
    return items
  }

  /** The number of items that follow, checked as in `list`. */
  count(maxCount: number, minItemBytes: number): number {
    const count = this.uint()
    if (count > maxCount) this.#fail(`list of ${count} items, the limit is ${maxCount}`)
    if (count * minItemBytes > this.#left) this.#fail(`list of ${count} items in ${this.#left} bytes`)
    return count
  }

  /** Bytes left over mean that both sides do not speak of the same layout. */
  end(): void {
    if (this.#left > 0) this.#fail(`${this.#left} bytes too many`)
  }

  get #left(): number {
    return this.#bytes.byteLength - this.#at
  }

  #present(): boolean {
    const word = this.uint()
    if (word > 1) this.#fail(`${word} where only 0 (absent) or 1 (present) can be`)
    return word === 1
  }

  #length(max: number, what: string): number {
    const length = this.uint()
    if (length > max) this.#fail(`${what} of ${length} bytes, the limit is ${max}`)
    return length
  }

  #words(count: number): Uint8Array {
    const start = this.#take(count * WORD_BYTES)
    const chars = new Uint8Array(count)
    for (let i = 0; i < count; i++) chars[i] = this.#view.getInt32(start + i * WORD_BYTES) & 0xff
    return chars
  }

  #takePadded(length: number): number {
    return this.#take((length + 3) & ~3)
  }

  #take(length: number): number {
    const start = this.#at
    if (length > this.#bytes.byteLength - start) this.#fail(`${length} bytes wanted, ${this.#left} left`)
    this.#at = start + length
    return start
  }

  #fail(problem: string): never {
    throw new XdrError(`${problem} (at byte ${this.#at} of ${this.#bytes.byteLength})`)
  }
}

function textUntilNul(chars: Uint8Array): string {
  const end = chars.indexOf(0)
  return Buffer.from(end < 0 ? chars : chars.subarray(0, end)).toString('utf8')
}
