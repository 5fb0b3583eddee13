import { encodeFrame, frameType, header } from './frame.ts'
import { keepalive } from './messages.ts'

/** `count` pings, `intervalMs` apart, may go unanswered before the daemon counts as silent. */
export type KeepaliveOptions = { readonly intervalMs: number; readonly count: number }

export type KeepaliveTarget = {
  /** Grows with every sign of life. */
  readonly signs: () => number
  /** True while silence means nothing: this side does not read, or the daemon is kept too busy to read. */
  readonly isExcused: () => boolean
  readonly sendPing: () => void
  readonly onSilent: (waitedMs: number) => void
}

/** Asks after the daemon whenever it was quiet for an interval. Returns the way to stop. */
export function startKeepalive({ intervalMs, count }: KeepaliveOptions, target: KeepaliveTarget): () => void {
  let seen = target.signs()
  let unanswered = 0
  const timer = setInterval(() => {
    const signs = target.signs()
    if (signs !== seen || target.isExcused()) {
      seen = signs
      unanswered = 0
    } else if (unanswered >= count) {
      clearInterval(timer)
      target.onSilent((unanswered + 1) * intervalMs)
    } else {
      unanswered += 1
      target.sendPing()
    }
  }, intervalMs)
  return () => clearInterval(timer)
}

export function encodePing(): Buffer {
  return encodeFrame(header(keepalive.program, keepalive.ping, frameType.message, 0))
}

export function encodePong(): Buffer {
  return encodeFrame(header(keepalive.program, keepalive.pong, frameType.message, 0))
}
