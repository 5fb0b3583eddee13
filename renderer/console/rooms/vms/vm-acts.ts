import type { JobKind } from '#contract/jobs.ts'
import type { Vm, VmAction } from '#contract/vms.ts'

export const vmActions: readonly VmAction[] = ['start', 'shutdown', 'reboot', 'force-off']

const from: Readonly<Record<Vm['state'], readonly VmAction[]>> = {
  running: ['shutdown', 'reboot', 'force-off'],
  blocked: ['shutdown', 'reboot', 'force-off'],
  paused: ['force-off'],
  shutdown: ['force-off'],
  pmsuspended: ['force-off'],
  shutoff: ['start'],
  crashed: ['start', 'force-off'],
  nostate: [],
}

/** Jobs that wait for a guest: the machine may be forced off meanwhile. */
const pleas: readonly (JobKind | undefined)[] = ['vm.shutdown', 'vm.reboot']

/**
 * What makes sense for a machine as it is: nothing while its host is silent, and while a job is at it only to force it
 * off, should its guest not listen. The core decides.
 *
 * @param at  kind of the job that is at the machine
 */
export function actsFor(vm: Pick<Vm, 'state' | 'isKnown' | 'jobId'>, at?: JobKind): readonly VmAction[] {
  if (!vm.isKnown) return []
  if (vm.jobId === null) return from[vm.state]
  return pleas.includes(at) ? from[vm.state].filter(action => action === 'force-off') : []
}

/** Classes of states that a list is narrowed to. */
export type StateGroup = 'running' | 'off' | 'other' | 'unknown'
export const stateGroups: readonly StateGroup[] = ['running', 'off', 'other', 'unknown']

export function stateGroupOf(vm: Pick<Vm, 'state' | 'isKnown'>): StateGroup {
  if (!vm.isKnown) return 'unknown'
  if (vm.state === 'running' || vm.state === 'blocked') return 'running'
  return vm.state === 'shutoff' ? 'off' : 'other'
}
