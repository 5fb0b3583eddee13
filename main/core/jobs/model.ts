import type { Fault } from '#contract/errors.ts'
import type { HostId, JobId, PlatformId, RequestId, VmId } from '#contract/ids.ts'
import type { JobKind, JobState, JobStep } from '#contract/jobs.ts'
import type { Actor, Note } from '#core/audit/index.ts'
import type { Expect, Write } from '#lib/records.ts'

export type JobRecord<Payload = unknown> = {
  readonly jobId: JobId
  readonly kind: JobKind
  readonly platformId: PlatformId
  readonly hostId: HostId
  readonly hostName: string
  /** The VM that the job holds the lock of until it has ended. */
  readonly vmId: VmId
  readonly vmName: string
  readonly requestId: RequestId | null
  readonly forWhom: string | null
  readonly author: Actor
  readonly reason: string
  readonly state: JobState
  readonly createdAt: number
  readonly startedAt: number | null
  readonly endedAt: number | null
  readonly steps: readonly JobStep[]
  readonly fault: Fault | null
  /** What the handler needs, chosen and stored before the first call: names, UUIDs, sizes. */
  readonly payload: Payload
  readonly version: number
}
export type LockRecord = { readonly vmId: VmId; readonly jobId: JobId; readonly version: number }

export type PlannedStep = Pick<JobStep, 'name' | 'plan' | 'inverse'>

/** How a job ended: `failed` had nothing to undo. */
export type Outcome = 'done' | 'undone' | 'failed' | 'abandoned'

/** What belongs to a job's end and is committed with it. */
export type Settlement = {
  readonly expect: readonly Expect[]
  readonly writes: readonly Write[]
  readonly audit: readonly Note[]
}

/** How jobs of one kind are done. After a crash a step may be asked for again, so each asks the host what exists. */
export type JobHandler<Payload = unknown> = {
  /** The dry run: each step as it will be called, with what takes it back. */
  readonly plan: (job: Pick<JobRecord<Payload>, 'payload' | 'vmName'>) => readonly PlannedStep[]
  /** Where it only waits, it stops with the signal's reason: the core is closing, and the next start asks again. */
  readonly run: (step: JobStep['name'], job: JobRecord<Payload>, signal: AbortSignal) => Promise<void>
  /** Takes a step back, whether it was done wholly, partly or not at all. */
  readonly undo: (step: JobStep['name'], job: JobRecord<Payload>, signal: AbortSignal) => Promise<void>
  /** False: doing this step twice is not the same as once, so after a crash in it a person decides. */
  readonly isRepeatable: (step: JobStep['name']) => boolean
  /** It asks a guest and waits: that loads no host and holds up none of its other jobs. */
  readonly onlyWaits: boolean
  /** Kinds of jobs that may take its VM over while it is not done. Only what has nothing to take back gives way. */
  readonly givesWayTo: readonly JobKind[]
  readonly settle: (job: JobRecord<Payload>, outcome: Outcome) => Promise<Settlement>
}
