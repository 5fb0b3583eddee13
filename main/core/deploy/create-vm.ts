import { AppError } from '#contract/errors.ts'
import { partsOf } from '#contract/ids.ts'
import type { JobStep } from '#contract/jobs.ts'
import { newDomainXml, type HostLink } from '#core/hosts/index.ts'
import type { JobHandler, JobRecord, PlannedStep } from '#core/jobs/index.ts'
import type { DeployPorts, NewVm } from './model.ts'
import { waitForState } from './vm-state.ts'

type Job = JobRecord<NewVm>
/** A guest that dies at once is seen as running for a moment; it must still run after this. */
const steadyMs = 1_000
const startDeadlineMs = 30_000
/** A host that gave no answer may have only been slow, and still do what it was told. */
const lateMs = 15_000
const lookAgainMs = 500

function plan({ payload, vmName }: Pick<Job, 'payload' | 'vmName'>): readonly PlannedStep[] {
  const { pool, volume, diskBytes, uuid } = payload
  return [
    { name: 'check', plan: `virsh domstate ${uuid}; virsh pool-info ${pool}`, inverse: null },
    {
      name: 'create-volume',
      plan: `virsh vol-create-as ${pool} ${volume} ${diskBytes} --format qcow2`,
      inverse: `virsh vol-delete ${volume} --pool ${pool}`,
    },
    { name: 'define', plan: `virsh define ${vmName}.xml`, inverse: `virsh undefine ${uuid}` },
    { name: 'start', plan: `virsh start ${uuid}`, inverse: `virsh destroy ${uuid}` },
    { name: 'verify', plan: `virsh domstate ${uuid}`, inverse: null },
    { name: 'record', plan: `virsh dominfo ${uuid}`, inverse: null },
  ]
}

/** The job that makes a granted VM: volume, definition, start, proof that it runs. */
export function createVm(ports: DeployPorts, settle: JobHandler<NewVm>['settle']): JobHandler<NewVm> {
  return {
    plan,
    settle,
    isRepeatable: () => true,
    onlyWaits: false,
    givesWayTo: [],
    run: async (step, job, signal) => {
      const link = await ports.linkTo(job.hostId, signal)
      switch (step) {
        case 'check':
          return check(link, job)
        case 'create-volume':
          return void (await link.createVolume(job.payload.pool, volumeOf(job.payload)))
        case 'define':
          return define(link, job)
        case 'start':
          return link.startVm(job.payload.uuid)
        case 'verify':
          return verify(ports, link, job, signal)
        case 'record':
          return ports.refresh(job.hostId)
        default:
          throw new RangeError(`a VM is not made by ${step}`)
      }
    },
    undo: async (step, job, signal) => {
      const link = await ports.linkTo(job.hostId, signal)
      const { uuid, pool, volume } = job.payload
      switch (step) {
        case 'start':
          return (await isDefined(link, job)) ? link.forceOffVm(uuid) : undefined
        case 'define':
          if (await isThere(ports, job, step, () => isDefined(link, job), signal)) await link.undefineVm(uuid)
          return ports.refresh(job.hostId)
        case 'create-volume': {
          const find = async () => (await link.findVolume(pool, volume)) !== null
          return (await isThere(ports, job, step, find, signal)) ? link.deleteVolume(pool, volume) : undefined
        }
        default:
          return undefined
      }
    },
  }
}

const volumeOf = ({ volume, diskBytes }: NewVm) => ({
  name: volume,
  capacityBytes: diskBytes,
  format: 'qcow2' as const,
})

/** After a call without an answer, nothing there is believed only after a while. @throws the signal's reason */
async function isThere(
  ports: DeployPorts,
  job: Job,
  name: JobStep['name'],
  look: () => Promise<boolean>,
  signal: AbortSignal,
): Promise<boolean> {
  const isUnsure = job.steps.some(step => step.name === name && step.state === 'unknown')
  const until = ports.clock.monotonic() + (isUnsure ? (ports.lateMs ?? lateMs) : 0)
  for (;;) {
    if (await look()) return true
    if (ports.clock.monotonic() >= until) return false
    await ports.clock.sleep(lookAgainMs, signal)
  }
}

/**
 * Whether the VM is there. Only what this very job defined is ever taken back.
 * @throws {AppError} libvirt/failed: one of that UUID is there without the job's mark, so a person has to look
 */
async function isDefined(link: HostLink, job: Job): Promise<boolean> {
  const { uuid } = partsOf(job.vmId)
  const vm = await link.findVm(uuid)
  if (vm && vm.mark?.jobId !== job.jobId)
    throw new AppError('libvirt/failed', {
      code: 9,
      domain: 20,
      message: `domain '${vm.name}' with uuid ${uuid} does not bear the mark of job ${job.jobId}`,
    })
  return vm !== null
}

async function check(link: HostLink, job: Job): Promise<void> {
  const { vms, pools } = await link.inventory()
  const taken = vms.find(vm => vm.name === job.vmName && vm.uuid !== job.payload.uuid)
  if (taken)
    throw new AppError('libvirt/failed', {
      code: 9,
      domain: 20,
      message: `domain '${job.vmName}' already exists with uuid ${taken.uuid}`,
    })
  const pool = pools.find(({ name }) => name === job.payload.pool)
  if (!pool?.isActive)
    throw new AppError('libvirt/failed', {
      code: 49,
      domain: 18,
      message: `storage pool '${job.payload.pool}' is not active`,
    })
}

async function define(link: HostLink, job: Job): Promise<void> {
  const { payload } = job
  const [facts, volume] = await Promise.all([link.facts(), link.findVolume(payload.pool, payload.volume)])
  if (!volume)
    throw new AppError('libvirt/failed', {
      code: 50,
      domain: 18,
      message: `no storage vol with matching name '${payload.volume}'`,
    })
  const { uuid, title, vcpus, memoryBytes, arch, network, grantId, departmentId, applicationId } = payload
  const mark = { jobId: job.jobId, grantId, departmentId, applicationId }
  const spec = {
    name: job.vmName,
    uuid,
    title,
    vcpus,
    memoryBytes,
    arch,
    diskPath: volume.path,
    network,
    virtualisation: facts.virtualisation,
    mark,
  }
  await link.defineVm(newDomainXml(spec))
}

async function verify(ports: DeployPorts, link: HostLink, job: Job, signal: AbortSignal): Promise<void> {
  const { uuid } = job.payload
  const deadlineMs = ports.deadlinesMs?.start ?? startDeadlineMs
  await waitForState(ports.clock, link, { uuid, wanted: 'running', deadlineMs }, signal)
  await ports.clock.sleep(steadyMs, signal)
  const state = await link.vmState(uuid)
  if (state !== 'running') throw new AppError('vm/did-not-start', { state })
}
