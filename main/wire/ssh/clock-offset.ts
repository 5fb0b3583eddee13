import { createInterface } from 'node:readline/promises'
import type { Clock } from '#lib/clock.ts'
import type { SshConnection } from './connection.ts'

const SAMPLES = 5
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
 * @returns null: the host's `date` told nothing that could be read
 * @throws {SshError} as `execDuplex`
 */
export async function measureClock(
  connection: Pick<SshConnection, 'execDuplex'>,
  clock: Pick<Clock, 'now' | 'monotonic'>,
  options: { readonly timeoutMs?: number; readonly signal?: AbortSignal } = {},
): Promise<ClockOffset | null> {
  const { timeoutMs = 10_000 } = options
  const stream = await connection.execDuplex(COMMAND, options)
  const timer = setTimeout(() => stream.destroy(), timeoutMs)
  const lines = createInterface({ input: stream, crlfDelay: Infinity })[Symbol.asyncIterator]()
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
