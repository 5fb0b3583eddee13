import type { Job, JobStep } from '#contract/jobs.ts'
import { text, word } from '#kit/i18n/index.ts'

/** Steps done, of all, and the one at work; while a job takes back, done counts what still stands. */
export function jobProgress({ steps }: Pick<Job, 'steps'>): { done: number; of: number; current: JobStep | null } {
  const done = steps.filter(step => step.state === 'done').length
  const current = steps.find(step => step.state === 'running') ?? null
  return { done, of: steps.length, current }
}

/** How long it took, or has taken so far; null before it started. ms. */
export function tookMs(
  span: { readonly startedAt: number | null; readonly endedAt: number | null },
  now: number,
): number | null {
  return span.startedAt === null ? null : Math.max(0, (span.endedAt ?? now) - span.startedAt)
}

/** One thing that a job makes, and whether it is there now. */
export type Remain = {
  readonly what: 'volume' | 'definition' | 'power'
  readonly exists: 'yes' | 'no' | 'unknown'
  readonly says: string
}

const makes = { 'create-volume': 'volume', define: 'definition', start: 'power' } as const
const isMaking = (name: JobStep['name']): name is keyof typeof makes => name in makes

const existsAfter: Readonly<Record<JobStep['state'], Remain['exists']>> = {
  waiting: 'no',
  running: 'unknown',
  done: 'yes',
  failed: 'no',
  unknown: 'unknown',
  undone: 'no',
}

/** What stands on the host at this moment, as far as the steps tell (S7). Empty for a job that makes nothing. */
export function whatExists({
  kind,
  steps,
  hostName,
  vmName,
}: Pick<Job, 'kind' | 'steps' | 'hostName' | 'vmName'>): readonly Remain[] {
  if (kind !== 'vm.create') return []
  return steps.flatMap(({ name, state }) => {
    if (!isMaking(name)) return []
    const what = makes[name]
    const exists = existsAfter[state]
    const says = text(`jobs:exists.${what}.${state === 'undone' ? 'undone' : exists}`, { host: hostName, vm: vmName })
    return [{ what, exists, says }]
  })
}

/** What going on with a stuck job, or taking it back, would do on the host, step by step; empty: nothing. */
export function willDo({ steps }: Pick<Job, 'steps'>, act: 'resume' | 'undo' | 'abandon'): string {
  if (act === 'abandon') return ''
  const list = (key: 'willDo' | 'willUndo', names: readonly string[]): string =>
    names.length === 0 ? '' : text(`jobs:${key}`, { steps: names.join(text('jobs:then')) })
  if (act === 'resume')
    return list(
      'willDo',
      steps.filter(({ state }) => state !== 'done').map(({ name }) => word('jobStep', name)),
    )
  const stands = ({ state, inverse }: JobStep): boolean => inverse !== null && state !== 'waiting' && state !== 'undone'
  const names = steps.filter(stands).map(({ name }) => name)
  return list(
    'willUndo',
    names.reverse().flatMap(name => (isMaking(name) ? [text(`jobs:unmake.${makes[name]}`)] : [])),
  )
}
