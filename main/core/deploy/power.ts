import type { JobStep } from '#contract/jobs.ts'
import type { VmAction, VmState } from '#contract/vms.ts'
import type { HostLink } from '#core/hosts/index.ts'
import type { JobHandler, PlannedStep } from '#core/jobs/index.ts'
import type { DeployPorts } from './model.ts'
import { uuidOf, waitForState } from './vm-state.ts'

/** A guest may take its time to shut down; after this it is said to be still running. */
const shutdownDeadlineMs = 180_000
const startDeadlineMs = 30_000

type Act = {
  readonly step: JobStep['name']
  readonly virsh: string
  readonly call: (link: HostLink, uuid: string) => Promise<void>
  readonly leadsTo: 'running' | 'shutoff'
  readonly deadlineMs: number
  readonly isRepeatable: boolean
  /** States in which it makes sense. */
  readonly from: readonly VmState[]
}

const alive: readonly VmState[] = ['running', 'blocked', 'paused', 'pmsuspended']

/** What an operator may do with a VM's power, in libvirt's terms. */
export const acts: { readonly [A in VmAction]: Act } = {
  start: {
    step: 'start',
    virsh: 'start',
    call: (link, uuid) => link.startVm(uuid),
    leadsTo: 'running',
    deadlineMs: startDeadlineMs,
    isRepeatable: true,
    from: ['shutoff', 'crashed'],
  },
  shutdown: {
    step: 'shutdown',
    virsh: 'shutdown',
    call: (link, uuid) => link.shutdownVm(uuid),
    leadsTo: 'shutoff',
    deadlineMs: shutdownDeadlineMs,
    isRepeatable: true,
    from: ['running', 'blocked'],
  },
  reboot: {
    step: 'reboot',
    virsh: 'reboot',
    call: (link, uuid) => link.rebootVm(uuid),
    leadsTo: 'running',
    deadlineMs: startDeadlineMs,
    isRepeatable: false,
    from: ['running', 'blocked'],
  },
  'force-off': {
    step: 'force-off',
    virsh: 'destroy',
    call: (link, uuid) => link.forceOffVm(uuid),
    leadsTo: 'shutoff',
    deadlineMs: startDeadlineMs,
    isRepeatable: true,
    from: [...alive, 'shutdown', 'crashed'],
  },
}

/** The job that changes a VM's power state and waits until the host says so. There is nothing to undo. */
export function changePower(ports: DeployPorts, action: VmAction): JobHandler {
  const act = acts[action]
  const plan: readonly PlannedStep[] = [
    { name: act.step, plan: `virsh ${act.virsh}`, inverse: null },
    { name: 'verify', plan: 'virsh domstate', inverse: null },
  ]
  return {
    plan: () => plan,
    isRepeatable: step => step !== act.step || act.isRepeatable,
    run: async (step, job, signal) => {
      const link = await ports.linkTo(job.hostId, signal)
      const uuid = uuidOf(job.vmId)
      if (step === act.step) return act.call(link, uuid)
      const deadlineMs = ports.deadlinesMs?.[action] ?? act.deadlineMs
      await waitForState(ports.clock, link, { uuid, wanted: act.leadsTo, deadlineMs }, signal)
      await ports.refresh(job.hostId)
    },
    undo: () => Promise.resolve(),
    settle: () => Promise.resolve({ expect: [], writes: [], audit: [] }),
  }
}
