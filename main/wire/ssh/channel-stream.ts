import { Duplex } from 'node:stream'
import type { ClientChannel } from 'ssh2'

/**
 * An SSH channel as an ordinary Duplex: it can be destroyed with an error, closes once, and half-closes in either
 * direction. (ssh2's own channel ignores `destroy(error)`, and a write after the other side closed never returns.)
 */
export class ChannelStream extends Duplex {
  readonly #channel: ClientChannel

  /** @param endsAt  `close`: the end of what is read waits until the channel has told why it ended */
  constructor(channel: ClientChannel, endsAt: 'end' | 'close' = 'end') {
    super()
    this.#channel = channel
    channel.on('data', (chunk: Buffer) => {
      if (!this.destroyed && !this.push(chunk)) channel.pause()
    })
    channel.once(endsAt, () => {
      if (!this.destroyed) this.push(null)
    })
    // What was received is still read before the stream closes.
    channel.once('close', () => {
      if (this.readableEnded || this.errored) this.destroy()
      else this.once('end', () => this.destroy())
    })
    channel.on('error', (error: Error) => this.destroy(error))
  }

  override _read(): void {
    this.#channel.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#channel.write(chunk, done)
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#channel.end()
    done()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#channel.close()
    this.#channel.resume()
    done(error)
  }
}
