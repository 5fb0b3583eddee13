import type { Reading } from '#core/hosts/index.ts'
import type { Clock } from '#lib/clock.ts'
import type { Metrics, Sample, Subject, SubjectSample } from './model.ts'
import type { MetricsStore } from './port.ts'
import { isBeginning, sampleOf, unknownAt } from './rates.ts'
import { Trend } from './trend.ts'

export type MetricsOptions = {
  readonly clock: Clock
  readonly store: MetricsStore
  /** The store refused a batch; it is kept and tried again. */
  readonly onError: (error: unknown) => void
  /** How long a sample may wait for its batch; default 5 s. */
  readonly batchMs?: number
}

const BATCH_MS = 5_000
/** Samples that wait for a store that refuses; beyond it the oldest are dropped. */
const WAITING_MAX = 50_000

/** Opens the service; see `Metrics`. */
export function openMetrics(options: MetricsOptions): Metrics {
  const { clock } = options
  const subjects = new Map<Subject, { reading: Reading; readonly trend: Trend }>()
  const batches = openBatches(options)

  const record = (subject: Subject, reading: Reading, maxGapMs: number): Sample => {
    const known = subjects.get(subject)
    const sample = sampleOf(known?.reading, reading, maxGapMs)
    const trend = known?.trend ?? new Trend()
    subjects.set(subject, { reading, trend })
    // Without it, a level before and one after a silence would be joined by a line.
    if (isBeginning(known?.reading, reading, maxGapMs)) batches.add({ subject, ...unknownAt(reading.at - 1) })
    if (sample.cpuFraction !== null) trend.add(reading.monotonicMs, sample.cpuFraction)
    batches.add({ subject, ...sample })
    return sample
  }
  const range: Metrics['range'] = async (subject, from, until, maxPoints) => {
    await batches.flush()
    return await options.store.range(subject, from, until, maxPoints)
  }
  return {
    record,
    cpuTrend: subject => subjects.get(subject)?.trend.read(clock.monotonic()) ?? [],
    forget: subject => void subjects.delete(subject),
    range,
    close: batches.close,
  }
}

function openBatches({ clock, store, onError, batchMs = BATCH_MS }: MetricsOptions) {
  const closing = new AbortController()
  let waiting: SubjectSample[] = []
  let isTimed = false
  let writing: Promise<void> = Promise.resolve()

  const write = async (): Promise<void> => {
    const batch = waiting
    if (batch.length === 0) return
    waiting = []
    try {
      await store.append(batch)
    } catch (error) {
      waiting = [...batch, ...waiting].slice(-WAITING_MAX)
      onError(error)
    }
  }
  const flush = (): Promise<void> => (writing = writing.then(write))
  const wait = async (): Promise<void> => {
    try {
      await clock.sleep(batchMs, closing.signal)
    } catch {
      return // closed; `close` hands on what is left
    }
    isTimed = false
    await flush()
  }
  const add = (sample: SubjectSample): void => {
    waiting.push(sample)
    if (waiting.length > WAITING_MAX) waiting = waiting.slice(-WAITING_MAX)
    if (isTimed || closing.signal.aborted) return
    isTimed = true
    void wait()
  }
  const close = async (): Promise<void> => {
    closing.abort()
    await flush()
  }
  return { add, flush, close }
}
