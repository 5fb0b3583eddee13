import type { JobState } from '#contract/jobs.ts'

export type Act = 'start' | 'finish' | 'take-back' | 'undo' | 'undone' | 'fail' | 'stick' | 'resume' | 'abandon'

/** Where each act leads; `resume`, `undo` and `abandon` are a person's, the others the core's own. from each state; a missing arrow is forbidden. */
export const arrows: { readonly [S in JobState]: { readonly [A in Act]?: JobState } } = {
  queued: { start: 'running' },
  running: { finish: 'done', 'take-back': 'undoing', fail: 'failed', stick: 'stuck' },
  undoing: { undone: 'undone', stick: 'stuck' },
  stuck: { resume: 'running', undo: 'undoing', abandon: 'abandoned' },
  done: {},
  undone: {},
  failed: {},
  abandoned: {},
}
/** States in which the core itself still has something to do. */
export const live: readonly JobState[] = ['queued', 'running', 'undoing']
/** States in which the job holds its VM's lock. */
export const open: readonly JobState[] = [...live, 'stuck']
