import type { Job } from '#contract/jobs.ts'
import type { Actor } from '#core/audit/index.ts'
import { findJob, openEntry, type NewJob, type NoteOf } from './entry.ts'
import type { JobRecord } from './model.ts'
import type { JobPorts } from './port.ts'
import { Runner } from './runner.ts'
import { live, open } from './states.ts'

export const jobView = ({ payload: _, author, steps, ...job }: JobRecord): Job => ({
  ...job,
  author: author.displayName,
  steps: [...steps],
})

/** Durable work on hosts: prepared with its decision, carried out step by step, taken up again after a crash. */
export function openJobs(ports: JobPorts) {
  const { jobs } = ports
  const runner = new Runner(ports)
  const { prepare, enter } = openEntry(ports, runner)
  const find = (jobId: string): Promise<JobRecord> => findJob(ports, jobId)

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
    enqueue: async (wanted: NewJob, noteOf: NoteOf): Promise<JobRecord> => {
      const job = await enter(wanted, noteOf)
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
