import { z } from 'zod'
import { command, stream } from './define.ts'
import { Fault } from './errors.ts'
import { feedOf, Since } from './feed.ts'
import { HostId, JobId, PlatformId, RequestId, VmId } from './ids.ts'
import { Instant, Reason } from './quantities.ts'
import { staff } from './roles.ts'

export const JobKind = z.enum(['vm.create', 'vm.start', 'vm.shutdown', 'vm.reboot', 'vm.force-off'])
export type JobKind = z.infer<typeof JobKind>

/**
 * `stuck`: half done, a person must say how to go on. `undone`: failed, and what was done is taken back. `superseded`: it
 * waited for a guest that did not react, and gave its machine up to another job.
 */
export const JobState = z.enum([
  'queued',
  'running',
  'undoing',
  'done',
  'undone',
  'failed',
  'stuck',
  'abandoned',
  'superseded',
])
export type JobState = z.infer<typeof JobState>

export const StepState = z.enum(['waiting', 'running', 'done', 'failed', 'unknown', 'undone'])
export type StepState = z.infer<typeof StepState>

export const JobStep = z.object({
  name: z.enum(['check', 'create-volume', 'define', 'start', 'verify', 'record', 'shutdown', 'reboot', 'force-off']),
  state: StepState,
  startedAt: Instant.nullable(),
  endedAt: Instant.nullable(),
  fault: Fault.nullable(),
  /** What will be or was called on the host, in libvirt's terms, and what takes it back (S6). */
  plan: z.string(),
  inverse: z.string().nullable(),
})
export type JobStep = z.infer<typeof JobStep>

export const Job = z.object({
  jobId: JobId,
  kind: JobKind,
  platformId: PlatformId,
  hostId: HostId,
  hostName: z.string(),
  vmId: VmId,
  vmName: z.string(),
  requestId: RequestId.nullable(),
  /** Department and application that it is for, where known. */
  forWhom: z.string().nullable(),
  author: z.string(),
  reason: z.string(),
  state: JobState,
  createdAt: Instant,
  startedAt: Instant.nullable(),
  endedAt: Instant.nullable(),
  steps: z.array(JobStep),
  fault: Fault.nullable(),
  version: z.number(),
})
export type Job = z.infer<typeof Job>

const act = {
  roles: ['operator'] as const,
  scope: 'centre' as const,
  input: z.object({ jobId: JobId, reason: Reason }),
  output: z.object({}),
  errors: ['job/wrong-state', 'store/not-found', 'store/changed-meanwhile'] as const,
}

export const jobs = {
  watch: stream({
    summary: 'Jobs, newest first, live: running ones and those of the last 30 days, at most 2,000.',
    roles: staff,
    scope: 'centre',
    input: Since,
    output: feedOf(Job),
  }),
  resume: command({ summary: 'Go on with a job that got stuck.', ...act }),
  undo: command({ summary: 'Take back what a stuck job has done.', ...act }),
  abandon: command({ summary: 'Leave a stuck job as it is, saying why.', ...act }),
}
