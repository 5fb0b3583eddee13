import type { HostId, VmId } from '#contract/ids.ts'
import type { Reading } from '#core/hosts/index.ts'

/** A host or a VM. */
export type Subject = HostId | VmId

/** What is kept of a subject at a moment; null: not known. */
export type Sample = {
  /** ms since 1970, UTC. */
  readonly at: number
  /** Busy share of the subject's CPU threads since the sample before. */
  readonly cpuFraction: number | null
  readonly memoryUsedBytes: number | null
  /** Read and written. */
  readonly diskBytesPerSecond: number | null
  /** Received and sent. */
  readonly networkBytesPerSecond: number | null
}
export type SubjectSample = Sample & { readonly subject: Subject }

/** Turns counters into rates, keeps the last hour at hand and hands everything on to the store in batches. */
export type Metrics = {
  /**
   * Takes a reading in. Rates need the reading before: they are null for the first one, after `maxGapMs` without any,
   * and when counters began anew. What begins like that is parted from what came before by a sample in which nothing is
   * known.
   */
  readonly record: (subject: Subject, reading: Reading, maxGapMs: number) => Sample
  /** Last hour's CPU, one value a minute at most, oldest first; null = not measured. */
  readonly cpuTrend: (subject: Subject) => (number | null)[]
  readonly forget: (subject: Subject) => void
  /** The store's samples, those not yet handed on included. */
  readonly range: (subject: Subject, from: number, until: number, maxPoints: number) => Promise<readonly Sample[]>
  /** Hands everything on and stops. */
  readonly close: () => Promise<void>
}
