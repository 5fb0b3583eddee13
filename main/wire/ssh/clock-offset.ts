import type { Duplex } from 'node:stream'
import type { Clock } from '#lib/clock.ts'
import type { SshConnection } from './connection.ts'
import { SshError } from './errors.ts'

const SAMPLES = 5
/** Far more than a time has digits. */
const LINE_MAX_CHARS = 1_000
// The answer to each empty line is the host's time: no process of a shell is started within a sample but date itself.
const COMMAND = `exec sh -c 'while read -r _; do date +%s.%N; done'`

export type ClockOffset = {
  /** Host minus ours, in ms. */
  readonly offsetMs: number
  /** The truth lies within this much of it, on either side. */
  readonly uncertaintyMs: number
}

/**
 * Asks the host for its time and takes the middle of the quickest round trip as the moment of the answer.
 * @returns null: the host runs no commands for us, or its `date` told nothing that could be read
 * @throws the signal's reason
 */
export async function measureClock(
  connection: Pick<SshConnection, 'execDuplex'>,
  clock: Pick<Clock, 'now' | 'monotonic'>,
  options: { readonly timeoutMs?: number; readonly signal?: AbortSignal } = {},
): Promise<ClockOffset | null> {
  const { timeoutMs = 10_000 } = options
  const stream = await connection.execDuplex(COMMAND, options).catch((error: unknown) => {
    if (error instanceof SshError) return null
    throw error
  })
  if (!stream) return null
  const timer = setTimeout(() => stream.destroy(), timeoutMs)
  const lines = linesOf(stream)
  const samples: ClockOffset[] = []
  try {
    for (let i = 0; i < SAMPLES; i++) {
      const [sentAt, started] = [clock.now(), clock.monotonic()]
      stream.write('\n')
      const answer = await lines.next()
      const tookMs = clock.monotonic() - started
      const sample = answer.done ? null : readSample(answer.value, sentAt, tookMs)
      if (sample) samples.push(sample)
    }
  } finally {
    clearTimeout(timer)
    stream.destroy()
  }
  return samples.sort((a, b) => a.uncertaintyMs - b.uncertaintyMs)[0] ?? null
}

/** Ends where the stream ends or fails, and where a line has no end, so that no host fills our memory. */
async function* linesOf(stream: Duplex): AsyncGenerator<string, void, void> {
  let held = ''
  try {
    for await (const chunk of stream) {
      held += String(chunk)
      for (let end = held.indexOf('\n'); end >= 0; end = held.indexOf('\n')) {
        yield held.slice(0, end)
        held = held.slice(end + 1)
      }
      if (held.length > LINE_MAX_CHARS) return
    }
  } catch {
    // Why it failed is told by whoever holds the connection.
  }
}

/** @param answer  `1764061200.123456789`; some hosts know no `%N` and leave it out or as it is */
export function readSample(answer: string, sentAt: number, tookMs: number): ClockOffset | null {
  const found = /^(\d{9,11})(?:\.(\d{9})?)?/.exec(answer.trim())
  if (!found) return null
  const [, seconds, nanoseconds] = found
  // What was cut off is on average half of its unit: of the host's seconds, and of our milliseconds.
  const hostMs = Number(seconds) * 1000 + (nanoseconds === undefined ? 500 : Number(nanoseconds) / 1e6)
  const blurMs = nanoseconds === undefined ? 500.5 : 0.5
  return { offsetMs: hostMs - (sentAt + 0.5 + tookMs / 2), uncertaintyMs: tookMs / 2 + blurMs }
}
