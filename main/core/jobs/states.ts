import type { JobState } from '#contract/jobs.ts'

type Act = 'start' | 'finish' | 'undo' | 'undone' | 'fail' | 'stick' | 'resume' | 'abandon'

/** Where each act leads from each state; a missing arrow is forbidden. */
export const arrows: { readonly [S in JobState]: { readonly [A in Act]?: JobState } } = {
  queued: { start: 'running' },
  running: { start: 'running', finish: 'done', undo: 'undoing', fail: 'failed', stick: 'stuck' },
  undoing: { undo: 'undoing', undone: 'undone', stick: 'stuck' },
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
