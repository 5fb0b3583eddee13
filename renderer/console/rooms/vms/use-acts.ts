import { useLive } from '#client/hooks.ts'
import { jobsFeed } from '#client/index.ts'
import type { Vm, VmAction } from '#contract/vms.ts'
import { actsFor } from './vm-acts.ts'

/** What makes sense for a machine now, by the job that is at it. */
export function useActs(): (vm: Vm) => readonly VmAction[] {
  const jobs = useLive(jobsFeed).value.rows
  return vm => actsFor(vm, jobs.get(vm.jobId ?? '')?.kind)
}
