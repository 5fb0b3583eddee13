import { randomUUID } from 'node:crypto'
import { AppError } from '#contract/errors.ts'
import { JobId } from '#contract/ids.ts'
import type { Job } from '#contract/jobs.ts'
import type { Actor, Note } from '#core/audit/index.ts'
import type { Expect, Write } from '#lib/records.ts'
import type { JobRecord, LockRecord } from './model.ts'
import type { JobPorts } from './port.ts'
import { plannedSteps, Runner } from './runner.ts'
import { live, open } from './states.ts'

/** What is wanted of a job; the rest is its own affair. */
export type NewJob = Omit<
  JobRecord,
  'jobId' | 'state' | 'createdAt' | 'startedAt' | 'endedAt' | 'steps' | 'fault' | 'version'
>

/** A job that is ready to be committed together with the decision that caused it. */
export type PreparedJob = {
  readonly job: JobRecord
  readonly expect: readonly Expect[]
  readonly writes: readonly Write[]
}

export const jobView = ({ payload: _, author, steps, ...job }: JobRecord): Job => ({
  ...job,
  author: author.displayName,
  steps: [...steps],
})

/** Durable work on hosts: prepared with its decision, carried out step by step, taken up again after a crash. */
export function openJobs(ports: JobPorts) {
  const { jobs, locks, committer, handlers, clock } = ports
  const runner = new Runner(ports)

  async function find(jobId: string): Promise<JobRecord> {
    const job = await jobs.get(jobId)
    if (!job) throw new AppError('store/not-found', { what: 'job', id: jobId })
    return job
  }

  /** @throws {AppError} vm/busy when another job holds the VM */
  async function prepare(wanted: NewJob): Promise<PreparedJob> {
    const held = await locks.get(wanted.vmId)
    if (held) throw new AppError('vm/busy', { jobId: held.jobId })
    const jobId = JobId.parse(randomUUID())
    const steps = plannedSteps(handlers[wanted.kind].plan(wanted))
    const times = { createdAt: clock.now(), startedAt: null, endedAt: null }
    const job: JobRecord = { jobId, ...wanted, state: 'queued', ...times, steps, fault: null, version: 1 }
    const lock: LockRecord = { vmId: wanted.vmId, jobId, version: 1 }
    return { job, expect: [locks.absent(wanted.vmId)], writes: [jobs.put(job), locks.put(lock)] }
  }

  /** Starts a job that has been committed. */
  function start(job: JobRecord): void {
    ports.onChange(job)
    runner.kick(job)
  }

  return {
    find,

    /** All that are open, and the newest of the rest from `since` on. */
    recent: async (since: number, limit: number): Promise<readonly JobRecord[]> => {
      const unfinished = await jobs.list({ state: open }, { orderBy: 'createdAt' })
      const newest = await jobs.list({}, { orderBy: 'createdAt', descending: true, limit })
      const ended = newest.filter(job => job.createdAt >= since && !open.includes(job.state))
      return [...ended, ...unfinished].sort((a, b) => a.createdAt - b.createdAt)
    },

    prepare,

    /** A job that is a decision of its own: committed with its note, then started. @throws {AppError} vm/busy */
    enqueue: async (wanted: NewJob, noteOf: (job: JobRecord) => Note): Promise<JobRecord> => {
      const { job, expect, writes } = await prepare(wanted)
      try {
        await committer.commit({ expect, writes, audit: [noteOf(job)] })
      } catch (error) {
        // Two clicks at once: whoever came first holds the lock now.
        const held = await locks.get(wanted.vmId)
        throw held ? new AppError('vm/busy', { jobId: held.jobId }, { cause: error }) : error
      }
      start(job)
      return job
    },

    start,

    /** Takes up everything that the last life of the core left open. */
    recover: async (): Promise<void> => {
      for (const job of await jobs.list({ state: live }, { orderBy: 'createdAt' })) runner.kick(job)
    },

    decide: async (actor: Actor, jobId: string, act: 'resume' | 'undo' | 'abandon', reason: string): Promise<void> =>
      runner.decide(await find(jobId), act, actor, reason),

    close: () => runner.close(),
  }
}
export type Jobs = ReturnType<typeof openJobs>
