import { LENGTH_BYTES, decodeFrame, readFrameSize, type Frame } from './frame.ts'

/** A frame up to this size gets its whole buffer at once; a longer one grows into it, as its bytes really come. */
const FIRST_BYTES = 262_144

/**
 * Cuts a byte stream into frames. A chunk may end anywhere; a frame may span many chunks. Frames that lie in one chunk
 * are views on it; one that spans several is gathered, so that a peer that sends byte by byte costs no more than its
 * frame, however long it announced it to be.
 */
export class FrameSplitter {
  /** The frame that has begun and not ended. */
  #begun = Buffer.alloc(0)
  #heldBytes = 0
  #wantedBytes = LENGTH_BYTES

  /** Bytes of a frame that has begun and not ended. */
  get heldBytes(): number {
    return this.#heldBytes
  }

  /**
   * @returns the frames that `chunk` completes
   * @throws {FrameError} on a length no frame can have, at once and before waiting for that much; or on a frame of
   *                      unknown kind. The connection is then of no more use.
   */
  push(chunk: Uint8Array): Frame[] {
    const frames: Frame[] = []
    let start = 0
    while (this.#heldBytes > 0 && start < chunk.byteLength) {
      start += this.#gather(chunk.subarray(start, start + this.#wantedBytes - this.#heldBytes))
      const frame = this.#takeBegun()
      if (frame) frames.push(frame)
    }
    while (chunk.byteLength - start >= LENGTH_BYTES) {
      const size = readFrameSize(chunk.subarray(start, start + LENGTH_BYTES))
      if (chunk.byteLength - start < size) {
        this.#wantedBytes = size
        break
      }
      frames.push(decodeFrame(chunk.subarray(start, start + size)))
      start += size
    }
    this.#gather(chunk.subarray(start))
    return frames
  }

  /** @returns bytes taken, which is all of them */
  #gather(bytes: Uint8Array): number {
    const needed = this.#heldBytes + bytes.byteLength
    if (needed > this.#begun.byteLength) {
      const larger = Buffer.allocUnsafe(Math.min(this.#wantedBytes, Math.max(FIRST_BYTES, needed * 2)))
      larger.set(this.#begun.subarray(0, this.#heldBytes))
      this.#begun = larger
    }
    this.#begun.set(bytes, this.#heldBytes)
    this.#heldBytes = needed
    return bytes.byteLength
  }

  /** The frame that is now whole; or learns, from its length word, how long it will be. */
  #takeBegun(): Frame | undefined {
    if (this.#heldBytes < this.#wantedBytes) return undefined
    if (this.#wantedBytes === LENGTH_BYTES) {
      this.#wantedBytes = readFrameSize(this.#begun)
      return undefined
    }
    const frame = decodeFrame(this.#begun.subarray(0, this.#wantedBytes))
    this.#begun = Buffer.alloc(0)
    this.#heldBytes = 0
    this.#wantedBytes = LENGTH_BYTES
    return frame
  }
}
