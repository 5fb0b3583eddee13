import type { Fault } from '#contract/errors.ts'
import type { JobKind, JobStep } from '#contract/jobs.ts'
import type { Committer } from '#core/audit/index.ts'
import type { Clock } from '#lib/clock.ts'
import type { Records } from '#lib/records.ts'
import type { JobHandler, JobRecord, LockRecord } from './model.ts'

/** A moment between two steps, or between a step and its commit. */
export type Boundary = {
  readonly jobId: string
  readonly step: JobStep['name'] | 'end'
  readonly at: 'before' | 'after' | 'committed'
}

export type JobPorts = {
  readonly jobs: Records<JobRecord, { state: string; createdAt: number }>
  readonly locks: Records<LockRecord, { jobId: string }>
  readonly committer: Committer
  readonly clock: Clock
  readonly handlers: { readonly [K in JobKind]: JobHandler }
  /** Told after each commit. */
  readonly onChange: (job: JobRecord) => void
  /** Turns what a step threw into stored facts, and logs it when it is a bug. */
  readonly faultOf: (error: unknown) => Fault
  /** Called at every boundary: where a test pulls the plug. */
  readonly onBoundary?: (boundary: Boundary) => void | Promise<void>
}
