import { partsOf } from '#contract/ids.ts'
import type { JobStep } from '#contract/jobs.ts'
import type { VmAction, VmState } from '#contract/vms.ts'
import type { CallOptions, HostLink } from '#core/hosts/index.ts'
import type { JobHandler, PlannedStep } from '#core/jobs/index.ts'
import type { DeployPorts } from './model.ts'
import { waitForReboot, waitForState } from './vm-state.ts'

/** A guest may take its time to shut down or reboot; after this it is said to have ignored that. */
const guestDeadlineMs = 180_000
const hostDeadlineMs = 30_000

type Act = {
  readonly step: JobStep['name']
  readonly virsh: string
  readonly call: (link: HostLink, uuid: string, options?: CallOptions) => Promise<void>
  readonly leadsTo: 'running' | 'shutoff' | 'rebooted'
  readonly deadlineMs: number
  /** The guest is only asked, and may not listen. */
  readonly isPlea: boolean
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
    call: (link, uuid, options) => link.startVm(uuid, options),
    leadsTo: 'running',
    deadlineMs: hostDeadlineMs,
    isPlea: false,
    isRepeatable: true,
    from: ['shutoff', 'crashed'],
  },
  shutdown: {
    step: 'shutdown',
    virsh: 'shutdown',
    call: (link, uuid, options) => link.shutdownVm(uuid, options),
    leadsTo: 'shutoff',
    deadlineMs: guestDeadlineMs,
    isPlea: true,
    isRepeatable: true,
    from: ['running', 'blocked'],
  },
  reboot: {
    step: 'reboot',
    virsh: 'reboot',
    call: (link, uuid) => link.rebootVm(uuid),
    leadsTo: 'rebooted',
    deadlineMs: guestDeadlineMs,
    isPlea: true,
    isRepeatable: false,
    from: ['running', 'blocked'],
  },
  'force-off': {
    step: 'force-off',
    virsh: 'destroy',
    call: (link, uuid, options) => link.forceOffVm(uuid, options),
    leadsTo: 'shutoff',
    deadlineMs: hostDeadlineMs,
    isPlea: false,
    isRepeatable: true,
    from: [...alive, 'shutdown', 'crashed'],
  },
}

/** The job that changes a VM's power state and waits until the host says so. There is nothing to undo. */
export function changePower(ports: DeployPorts, action: VmAction): JobHandler {
  const act = acts[action]
  const plan: readonly PlannedStep[] = [
    { name: act.step, plan: `virsh ${act.virsh}`, inverse: null },
    {
      name: 'verify',
      plan: act.leadsTo === 'rebooted' ? 'virsh event --event reboot' : 'virsh domstate',
      inverse: null,
    },
  ]
  const deadlineMs = ports.deadlinesMs?.[action] ?? act.deadlineMs
  return {
    plan: () => plan,
    isRepeatable: step => step !== act.step || act.isRepeatable,
    // Force-off must not stand in line behind what a guest does not answer.
    onlyWaits: act.step !== 'start',
    givesWayTo: act.isPlea ? ['vm.force-off'] : [],
    run: async (step, job, signal) => {
      const link = await ports.linkTo(job.hostId, signal)
      const { uuid } = partsOf(job.vmId)
      if (step === act.step) return act.call(link, uuid, { signal })
      await (act.leadsTo === 'rebooted'
        ? waitForReboot(ports.clock, link, { uuid, deadlineMs }, signal)
        : waitForState(ports.clock, link, { uuid, wanted: act.leadsTo, deadlineMs }, signal))
      await ports.refresh(job.hostId)
    },
    undo: () => Promise.resolve(),
    settle: () => Promise.resolve({ expect: [], writes: [], audit: [] }),
  }
}
