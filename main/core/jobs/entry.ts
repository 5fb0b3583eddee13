import { randomUUID } from 'node:crypto'
import { AppError } from '#contract/errors.ts'
import { JobId } from '#contract/ids.ts'
import type { Note } from '#core/audit/index.ts'
import { next, type Expect, type Write } from '#lib/records.ts'
import type { JobRecord, LockRecord } from './model.ts'
import type { JobPorts } from './port.ts'
import { plannedSteps, subjectOf, type Runner } from './runner.ts'
import { live, open, stateAfter } from './states.ts'

/** What is wanted of a job; the rest is its own affair. */
export type NewJob = Omit<
  JobRecord,
  'jobId' | 'state' | 'createdAt' | 'startedAt' | 'endedAt' | 'steps' | 'fault' | 'version'
>

export type NoteOf = (job: JobRecord) => Note

/** A job that is ready to be committed together with the decision that caused it. */
export type PreparedJob = {
  readonly job: JobRecord
  readonly expect: readonly Expect[]
  readonly writes: readonly Write[]
}

/** A job that is to give way, and the lock that goes over. */
type Holder = { readonly job: JobRecord; readonly lock: LockRecord }

/** A job that another one took over from: the step at which it waited says so. */
function superseded(job: JobRecord, by: JobRecord): JobRecord {
  const fault = { code: 'job/superseded', data: { jobId: by.jobId } } as const
  const endedAt = by.createdAt
  const steps = job.steps.map(step =>
    step.state === 'running' ? { ...step, state: 'failed' as const, fault, endedAt } : step,
  )
  return next(job, { state: stateAfter(job, 'supersede'), steps, fault, endedAt })
}

export async function findJob({ jobs }: JobPorts, jobId: string): Promise<JobRecord> {
  const job = await jobs.get(jobId)
  if (!job) throw new AppError('store/not-found', { what: 'job', id: jobId })
  return job
}

/** How jobs come in. One VM has one job: its lock is taken in the commit that makes the job. */
export function openEntry(ports: JobPorts, runner: Runner) {
  const { jobs, locks, committer, handlers, clock } = ports

  function newJob(wanted: NewJob): JobRecord {
    const jobId = JobId.parse(randomUUID())
    const steps = plannedSteps(handlers[wanted.kind].plan(wanted))
    const times = { createdAt: clock.now(), startedAt: null, endedAt: null }
    return { jobId, ...wanted, state: 'queued', ...times, steps, fault: null, version: 1 }
  }

  /** @throws {AppError} vm/busy when another job holds the VM */
  async function prepare(wanted: NewJob): Promise<PreparedJob> {
    const held = await locks.get(wanted.vmId)
    if (held) throw new AppError('vm/busy', { jobId: held.jobId })
    const job = newJob(wanted)
    const lock: LockRecord = { vmId: job.vmId, jobId: job.jobId, version: 1 }
    return { job, expect: [locks.absent(job.vmId)], writes: [jobs.put(job), locks.put(lock)] }
  }

  /** The job that holds the VM, stopped where it waits; undefined: none does any more. @throws {AppError} vm/busy */
  async function halted({ vmId, kind }: NewJob): Promise<Holder | undefined> {
    const lock = await locks.get(vmId)
    if (!lock) return undefined
    const holder = await findJob(ports, lock.jobId)
    if (!handlers[holder.kind].givesWayTo.includes(kind)) throw new AppError('vm/busy', { jobId: lock.jobId })
    await runner.halt(holder.jobId)
    const job = await findJob(ports, holder.jobId)
    return open.includes(job.state) ? { job, lock } : undefined
  }

  /** One job ends and the other begins in one commit, and the lock goes over with it. */
  async function takeOver(holder: Holder, wanted: NewJob, noteOf: NoteOf): Promise<JobRecord> {
    const job = newJob(wanted)
    const before = superseded(holder.job, job)
    const data = { jobId: before.jobId, kind: before.kind, fault: before.fault }
    const note: Note = {
      ...{ actor: job.author, action: 'jobs.superseded', subject: subjectOf(before), reason: job.reason, data },
    }
    await committer.commit({
      expect: [jobs.seen(holder.job), locks.seen(holder.lock)],
      writes: [jobs.put(before), jobs.put(job), locks.put(next(holder.lock, { jobId: job.jobId }))],
      audit: [note, noteOf(job)],
    })
    ports.onChange(before)
    return job
  }

  async function enter(wanted: NewJob, noteOf: NoteOf): Promise<JobRecord> {
    const { job, expect, writes } = await prepare(wanted)
    await committer.commit({ expect, writes, audit: [noteOf(job)] })
    return job
  }

  return {
    prepare,

    /**
     * A job that is a decision of its own, committed with its note. One that only waits for the guest gives its VM up to a
     * job that need not wait. @throws {AppError} vm/busy
     */
    enter: async (wanted: NewJob, noteOf: NoteOf): Promise<JobRecord> => {
      const holder = await halted(wanted)
      try {
        return await (holder ? takeOver(holder, wanted, noteOf) : enter(wanted, noteOf))
      } catch (error) {
        const before = holder && (await findJob(ports, holder.job.jobId))
        if (before && live.includes(before.state)) runner.kick(before)
        // Two clicks at once: whoever came first holds the lock now.
        const held = await locks.get(wanted.vmId)
        const isLate = held !== undefined && held.jobId !== before?.jobId
        throw isLate ? new AppError('vm/busy', { jobId: held.jobId }, { cause: error }) : error
      }
    },
  }
}
