import { joinBytes } from '#lib/bytes.ts'
import { LENGTH_BYTES, decodeFrame, readFrameSize, type Frame } from './frame.ts'

/** Cuts a byte stream into frames. A chunk may end anywhere; a frame may span many chunks. */
export class FrameSplitter {
  #chunks: Uint8Array[] = []
  #heldBytes = 0
  #wantedBytes = LENGTH_BYTES

  /** Bytes of a frame that has begun and not ended. */
  get heldBytes(): number {
    return this.#heldBytes
  }

  /**
   * @returns the frames that `chunk` completes; their payloads are views on the chunks
   * @throws {FrameError} on a length no frame can have, at once and before waiting for that much; or on a frame of
   *                      unknown kind. The connection is then of no more use.
   */
  push(chunk: Uint8Array): Frame[] {
    const frames: Frame[] = []
    this.#hold(chunk)
    while (this.#heldBytes >= this.#wantedBytes) {
      const bytes = this.#join()
      let start = 0
      this.#wantedBytes = LENGTH_BYTES
      while (bytes.byteLength - start >= LENGTH_BYTES) {
        const size = readFrameSize(bytes.subarray(start, start + LENGTH_BYTES))
        if (bytes.byteLength - start < size) {
          this.#wantedBytes = size
          break
        }
        frames.push(decodeFrame(bytes.subarray(start, start + size)))
        start += size
      }
      this.#hold(bytes.subarray(start))
    }
    return frames
  }

  #hold(chunk: Uint8Array): void {
    if (chunk.byteLength === 0) return
    this.#heldBytes += chunk.byteLength
    this.#chunks.push(chunk)
  }

  #join(): Uint8Array {
    this.#heldBytes = 0
    return joinBytes(this.#chunks.splice(0))
  }
}
