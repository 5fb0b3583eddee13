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

/** What makes sense for a machine as it is: nothing while its host is silent or a job is at it. The core decides. */
export function actsFor(vm: Pick<Vm, 'state' | 'isKnown' | 'jobId'>): readonly VmAction[] {
  return vm.isKnown && vm.jobId === null ? from[vm.state] : []
}

/** Classes of states that a list is narrowed to. */
export type StateGroup = 'running' | 'off' | 'other' | 'unknown'
export const stateGroups: readonly StateGroup[] = ['running', 'off', 'other', 'unknown']

export function stateGroupOf(vm: Pick<Vm, 'state' | 'isKnown'>): StateGroup {
  if (!vm.isKnown) return 'unknown'
  if (vm.state === 'running' || vm.state === 'blocked') return 'running'
  return vm.state === 'shutoff' ? 'off' : 'other'
}
