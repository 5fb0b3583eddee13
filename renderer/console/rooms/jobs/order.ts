import type { Job, JobState } from '#contract/jobs.ts'

/** States in which the core itself is at work. */
export const isAtWork = ({ state }: Pick<Job, 'state'>): boolean =>
  state === 'queued' || state === 'running' || state === 'undoing'

/** A person must say how to go on. */
export const isStuck = ({ state }: Pick<Job, 'state'>): boolean => state === 'stuck'

export type JobFilter = 'all' | 'open' | 'failed'
export const jobFilters: readonly JobFilter[] = ['all', 'open', 'failed']
const failed: ReadonlySet<JobState> = new Set(['failed', 'undone', 'stuck', 'abandoned', 'superseded'])

const belongs: Readonly<Record<JobFilter, (job: Job) => boolean>> = {
  all: () => true,
  open: job => isAtWork(job) || isStuck(job),
  failed: ({ state }) => failed.has(state),
}

const rank = (job: Job): number => (isStuck(job) ? 0 : isAtWork(job) ? 1 : 2)

/**
 * Jobs as the list shows them: those that wait for a person, those at work, then the rest, newest first.
 *
 * @param search  words that the job's names, author and reason must all contain
 */
export function jobsInOrder(rows: Iterable<Job>, filter: JobFilter, search = ''): readonly Job[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  const found = ({ vmName, hostName, forWhom, author, reason }: Job): boolean => {
    const text = [vmName, hostName, forWhom ?? '', author, reason].join('\n').toLowerCase()
    return words.every(word => text.includes(word))
  }
  return [...rows]
    .filter(job => belongs[filter](job) && found(job))
    .sort((a, b) => rank(a) - rank(b) || b.createdAt - a.createdAt || (a.jobId < b.jobId ? -1 : 1))
}

export function countJobs(rows: Iterable<Job>): Readonly<Record<JobFilter, number>> {
  const all = [...rows]
  return { all: all.length, open: all.filter(belongs.open).length, failed: all.filter(belongs.failed).length }
}
