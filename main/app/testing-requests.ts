import type { Host } from '#contract/hosts.ts'
import type { HostId, PlatformId, VmId } from '#contract/ids.ts'
import { JobKind } from '#contract/jobs.ts'
import type { Vm } from '#contract/vms.ts'
import { systemActor } from '#core/audit/index.ts'
import type { NewVm } from '#core/deploy/index.ts'
import { openJobs, type JobHandler, type JobRecord } from '#core/jobs/index.ts'
import {
  GrantBook,
  openAdoption,
  openApproval,
  openIntake,
  openReview,
  settleAllocation,
  type GrantRecord,
  type RequestPorts,
  type RequestRecord,
} from '#core/requests/index.ts'
import { openSite } from '#core/site/index.ts'
import { openTenants } from '#core/tenants/index.ts'
import { faultOf } from '#contract/errors.ts'
import type { Clock } from '#lib/clock.ts'
import { manualClock } from '#lib/manual-clock.ts'
import { openTestStore } from '#store/testing.ts'
import { callerOf, GIB, hostId } from './testing.ts'

/** A host that answers, with a pool of 1,000 GiB and nothing on it. */
const hostRow = (name: string, platformId: PlatformId, more: Partial<Host> = {}): Host => ({
  ...{ hostId: hostId(name), platformId, name, address: name, port: 22, user: 'root', origin: 'new' },
  ...{ model: null, serial: null, rack: null, state: 'up', since: 0, seenAt: 1, fault: null, hostname: name },
  ...{ arch: 'x86_64', cpuModel: null, sockets: 1, cores: 16, cpuThreads: 16, memoryBytes: 128 * GIB },
  ...{ memoryUsedBytes: 0, cpuFraction: 0, cpuTrend: [], libvirtVersion: null, hypervisorVersion: null },
  ...{ clockOffsetMs: 0, promisedVcpus: 0, promisedMemoryBytes: 0, vmsRunning: 0, vmsTotal: 0 },
  pools: [
    {
      ...{ name: 'default', type: 'dir', isActive: true, capacityBytes: 1_000 * GIB },
      ...{ promisedBytes: 0, usedBytes: 0, freeBytes: 1_000 * GIB },
    },
  ],
  networks: [],
  version: 1,
  ...more,
})

/** One host, or two: the second one is on a network of its own. */
function hostRows(platformId: PlatformId, cpuThreads: number, hasSecond: boolean): readonly Host[] {
  const networks = [{ name: '专网', isActive: true, bridge: null, forward: null }]
  const second = hostRow('h2', platformId, { cpuThreads, networks })
  return [hostRow('h1', platformId, { cpuThreads }), ...(hasSecond ? [second] : [])]
}

type Store = Awaited<ReturnType<typeof openTestStore>>
type Run = (job: JobRecord<NewVm>) => Promise<void>

export type TestRequestsOptions = {
  /** vCPUs that the one host may promise; a platform of overcommit 1. */
  readonly hostVcpus?: number
  /** A second host of that size, on a network of its own. */
  readonly secondHost?: boolean
  /** vCPUs that each department may hold. */
  readonly quotaVcpus?: number
  /** What making a VM comes to: by default it is never done. */
  readonly run?: Run
  readonly vms?: readonly Vm[]
  /** Happens right after a decision has read a quota. */
  readonly onQuotaRead?: () => Promise<void>
}

/** Requests, grants and jobs over a real store, on a fixed set of hosts: one platform, two departments. */
export async function openTestRequests(options: TestRequestsOptions = {}) {
  const {
    hostVcpus = 256,
    secondHost = false,
    quotaVcpus = 512,
    run = () => new Promise<void>(() => undefined),
    vms = [],
    onQuotaRead = () => Promise.resolve(),
  } = options
  const clock = manualClock(Date.UTC(2025, 2, 1))
  const store = await openTestStore({ clock })
  const site = await openSite(store)
  const tenants = openTenants(store)
  const facts = { name: '政务外网区', levels: [2, 3], cpuOvercommit: 1, reserveHosts: 0 }
  const platform = await site.createPlatform(systemActor, facts)
  const { platformId } = platform
  const book = new GrantBook(await store.grants.list())
  const ended: JobRecord[] = []
  const jobs = openCreation(store, clock, run, ended)
  const changed: RequestRecord[] = []
  const hosts = hostRows(platformId, hostVcpus, secondHost)
  const ports: RequestPorts = {
    ...{ requests: store.requests, grants: store.grants, ledgers: store.ledgers, committer: store.committer },
    ...{ clock, site, jobs },
    tenants: { ...tenants, quota: (...of) => tenants.quota(...of).finally(onQuotaRead) },
    hostsOf: asked => (asked === platformId ? hosts.map(host => reserved(host, book)) : []),
    onChange: request => void changed.push(request),
    onGrant: () => undefined,
  }
  const tenant = async (name: string) => {
    const { departmentId } = await tenants.createDepartment(systemActor, name)
    const { applicationId } = await tenants.createApplication(systemActor, departmentId, `${name}的应用`, 2)
    const limit = { vcpus: quotaVcpus, memoryBytes: 512 * GIB, storageBytes: 1_000 * GIB }
    await tenants.setQuota(systemActor, { departmentId, platformId, limit, version: null })
    const need = (vmName: string, vcpus = 1) => ({
      ...{
        departmentId,
        applicationId,
        platformId,
        vmName,
        level: 2,
        purpose: '测试用途',
        arch: 'x86_64' as const,
        vcpus,
      },
      ...{ memoryBytes: GIB / 4, diskBytes: GIB, network: null, from: '2025-01-01', until: null },
    })
    return { departmentId, applicationId, need, applicant: callerOf(['applicant'], departmentId, `applicant-${name}`) }
  }
  const intake = openIntake(ports)
  const vmOf = (vmId: string) => vms.find(vm => vm.vmId === vmId)
  return {
    ...{ clock, store, site, tenants, platform, platformId, book, jobs, changed, ended, intake },
    approve: openApproval(ports, book),
    adopt: openAdoption(ports, book, vmOf, () => undefined),
    review: openReview(ports, book, intake, vmOf),
    a: await tenant('甲部门'),
    b: await tenant('乙部门'),
  }
}

/** Jobs of one step that makes a VM, or does not. */
function openCreation(store: Store, clock: Clock, run: Run, ended: JobRecord[]) {
  const create: JobHandler<NewVm> = {
    plan: () => [{ name: 'create-volume', plan: 'create', inverse: 'delete' }],
    run: (_, job) => run(job),
    undo: () => Promise.resolve(),
    isRepeatable: () => true,
    onlyWaits: false,
    givesWayTo: [],
    settle: settleAllocation({ ...store, clock }),
  }
  const handler = create as unknown as JobHandler
  return openJobs({
    ...{ jobs: store.jobs, locks: store.locks, committer: store.committer, clock, faultOf },
    handlers: Object.fromEntries(JobKind.options.map(kind => [kind, handler])) as Record<JobKind, JobHandler>,
    onChange: job => {
      if (job.endedAt !== null) ended.push(job)
    },
  })
}

/** A host's row with what is reserved there counted as promised, as the fleet shows it. */
function reserved(host: Host, book: GrantBook): Host {
  const coming = book.onHost(host.hostId)
  return {
    ...host,
    promisedVcpus: coming.reduce((sum, grant) => sum + grant.amounts.vcpus, 0),
    promisedMemoryBytes: coming.reduce((sum, grant) => sum + grant.amounts.memoryBytes, 0),
  }
}

export const vmRow = (vmId: VmId, host: HostId, platformId: PlatformId, name: string): Vm => ({
  ...{ vmId, hostId: host, hostName: host, platformId, uuid: name, name, title: null, state: 'running', isKnown: true },
  ...{ seenAt: 1, departmentId: null, applicationId: null, vcpus: 2, memoryBytes: GIB, memoryUsedBytes: null },
  ...{ diskBytes: 10 * GIB, diskUsedBytes: null, cpuFraction: null, cpuTrend: [] },
  ...{ diskBytesPerSecond: null, networkBytesPerSecond: null, jobId: null },
})

/** What a department uses by the store's own account: the sum over its grants that are not released. */
export const usedBy = (grants: readonly GrantRecord[], departmentId: string): number =>
  grants
    .filter(grant => grant.departmentId === departmentId && grant.state !== 'released')
    .reduce((sum, grant) => sum + grant.amounts.vcpus, 0)
