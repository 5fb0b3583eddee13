import { AppError } from '#contract/errors.ts'
import type { Clock } from '#lib/clock.ts'

/** A call that got no answer may have been carried out, or may not. */
const unanswered: ReadonlySet<string> = new Set(['host/silent', 'host/lost'])
const rounds = 3
const pauseMs = 1_000

const isUnanswered = (error: unknown): boolean => error instanceof AppError && unanswered.has(error.code)

/**
 * Does what may be done twice until the host has answered: a connection that is lost under a step is no reason to take
 * back what the host has done. Each round waits for the host as long as the work itself does.
 *
 * @throws what the host answered; the first loss, when it has not answered after three rounds or is away; the signal's reason
 */
export async function askAgain(clock: Clock, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  let loss: unknown
  for (let round = 1; ; round++) {
    try {
      return await work()
    } catch (error) {
      if (signal.aborted) throw error
      const isAway = error instanceof AppError && error.code === 'host/not-connected'
      if (!isUnanswered(error)) throw isAway ? (loss ?? error) : error
      loss ??= error
      if (round === rounds) throw loss
    }
    await clock.sleep(pauseMs, signal)
  }
}
