import { backOffMs, pause } from './back-off.ts'
import { Failure, failureOf } from './failure.ts'

export type SubscribeOptions<Message> = {
  /** Opens the stream; called again after each loss, and may then ask for what came since. */
  readonly open: (signal: AbortSignal) => Promise<AsyncIterable<Message>>
  /** Resolves when it makes sense to open: connected and signed in. */
  readonly ready: (signal: AbortSignal) => Promise<void>
  readonly message: (message: Message) => void
  /** The stream is cut; it is tried again until it is closed. */
  readonly lost: (failure: Failure) => void
  /** The stream was refused for good: this person may not read it. */
  readonly refused: (failure: Failure) => void
  readonly random: () => number
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>
}

const isFinal = (failure: Failure): boolean =>
  failure.code === 'session/not-allowed' || failure.code === 'input/invalid' || failure.code === 'store/not-found'

/**
 * Reads a stream for as long as somebody wants it: through lost sockets, a core that restarts and a locked screen.
 *
 * @returns  ends the reading; nothing is called afterwards
 */
export function subscribe<Message>(options: SubscribeOptions<Message>): () => void {
  const closing = new AbortController()
  const { signal } = closing
  const wait = options.wait ?? pause
  let attempt = 0

  const readOnce = async (): Promise<Failure> => {
    try {
      await options.ready(signal)
      for await (const message of await options.open(signal)) {
        if (signal.aborted) break
        attempt = 0
        options.message(message)
      }
      return new Failure('client/offline')
    } catch (error) {
      return failureOf(error)
    }
  }

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      const failure = await readOnce()
      if (signal.aborted) return
      if (isFinal(failure)) return options.refused(failure)
      options.lost(failure)
      await wait(backOffMs(attempt++, options.random), signal)
    }
  }
  void run()
  return () => closing.abort(new Failure('client/offline'))
}
