import type { JobState } from '#contract/jobs.ts'
import type { JobRecord } from './model.ts'

export const jobActs = [
  'start',
  'finish',
  'take-back',
  'undo',
  'undone',
  'fail',
  'stick',
  'resume',
  'abandon',
  'supersede',
] as const
export type Act = (typeof jobActs)[number]

/**
 * Where each act leads from each state; a missing arrow is forbidden. `resume`, `undo` and `abandon` are a person's
 * decision about this job, `supersede` one about its machine; the others are the core's own.
 */
export const arrows: { readonly [S in JobState]: { readonly [A in Act]?: JobState } } = {
  queued: { start: 'running', supersede: 'superseded' },
  running: { finish: 'done', 'take-back': 'undoing', fail: 'failed', stick: 'stuck', supersede: 'superseded' },
  undoing: { undone: 'undone', stick: 'stuck' },
  stuck: { resume: 'running', undo: 'undoing', abandon: 'abandoned', supersede: 'superseded' },
  done: {},
  undone: {},
  failed: {},
  abandoned: {},
  superseded: {},
}
/** States in which the core itself still has something to do. */
export const live: readonly JobState[] = ['queued', 'running', 'undoing']
/** States in which the job holds its VM's lock. */
export const open: readonly JobState[] = [...live, 'stuck']

/** @throws a bug: the table has no such arrow */
export function stateAfter({ jobId, state }: Pick<JobRecord, 'jobId' | 'state'>, act: Act): JobState {
  const to = arrows[state][act]
  if (!to) throw new Error(`job ${jobId} cannot ${act}: it is ${state}`)
  return to
}
