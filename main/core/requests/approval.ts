import { randomUUID } from 'node:crypto'
import { AppError } from '#contract/errors.ts'
import type { Host } from '#contract/hosts.ts'
import type { HostVerdict } from '#contract/placement.ts'
import { GrantId, vmIdOf, type HostId } from '#contract/ids.ts'
import type { Caller } from '#core/identity/index.ts'
import type { NewVm } from '#core/deploy/index.ts'
import type { NewJob } from '#core/jobs/index.ts'
import { placementFault, previewPlacement, type PlacementFault, type PlacementHost } from '#core/placement/index.ts'
import type { QuotaRecord } from '#core/tenants/index.ts'
import { next } from '#lib/records.ts'
import { entry, findRequest, refuseOwn, stateAfter, subjectOf } from './change.ts'
import type { GrantBook } from './grants.ts'
import { openLedgers, type Turn } from './ledgers.ts'
import { amountsOf, type GrantRecord, type RequestRecord } from './model.ts'
import { levelFault } from './need.ts'
import type { RequestPorts } from './port.ts'
import { quotaFault } from './quota.ts'

export type Approval = {
  readonly requestId: string
  readonly version: number
  readonly hostId: HostId | null
  readonly remark: string | null
}

/** A host's row as placement wants it, with storage that is granted but not yet made counted as promised. */
export function placementHosts(hosts: readonly Host[], book: GrantBook): readonly PlacementHost[] {
  return hosts.map(host => {
    const coming = book.reservedOn(host.hostId)
    const pools = host.pools.map(pool => {
      const bytes = coming
        .filter(grant => grant.pool === pool.name)
        .reduce((sum, grant) => sum + grant.amounts.storageBytes, 0)
      return { ...pool, promisedBytes: pool.promisedBytes === null ? null : pool.promisedBytes + bytes }
    })
    return { ...host, pools, isReachable: host.state === 'up', isFresh: host.state === 'up' && host.seenAt !== null }
  })
}

/**
 * Approval: reserves the capacity, grants it and commits the job that carries it out, all in one. Officers who decide about
 * one platform do so one after the other, each on what the one before has left.
 */
export function openApproval(ports: RequestPorts, book: GrantBook) {
  const ledgers = openLedgers(ports.ledgers)
  return async (caller: Caller, input: Approval): Promise<RequestRecord> => {
    const { platformId } = await findRequest(ports, input.requestId)
    return ledgers.inTurn(`platform/${platformId}`, turn => approve(ports, book, { caller, input, turn }))
  }
}

type Place = { readonly host: Host; readonly pool: string }
type Deciding = { readonly caller: Caller; readonly input: Approval; readonly turn: Turn }

/** Host and pool for a request as things are now. @throws {AppError} the first rule that forbids it, with its numbers */
async function place(
  { site, hostsOf }: RequestPorts,
  book: GrantBook,
  request: RequestRecord,
  { quota, hostId }: { readonly quota: QuotaRecord | undefined; readonly hostId: HostId | null },
): Promise<Place> {
  const platform = await site.findPlatform(request.platformId)
  if (!platform.levels.includes(request.level))
    throw new AppError('request/level-not-carried', levelFault(request.level, platform))
  const shortage = quotaFault(book, request, quota?.limit)
  if (shortage) throw new AppError('quota/short', shortage)
  const rows = hostsOf(request.platformId)
  const hosts = placementHosts(rows, book)
  const preview = previewPlacement(platform, hosts, request, hostId ?? undefined)
  const verdict = preview.hosts.find(each => each.hostId === preview.chosen)
  const host = rows.find(row => row.hostId === preview.chosen)
  if (host && verdict?.pool) return { host, pool: verdict.pool }
  const picked = preview.hosts.find(each => each.hostId === hostId)
  throw picked && preview.hosts.some(each => each.fits)
    ? unfit(picked, placementFault(platform, hosts, request, hostId))
    : nowhere(placementFault(platform, hosts, request), hosts.length)
}

/** Why not on the host that was picked, while another one would do: its own numbers, or the rule. */
function unfit({ hostName: host, rules }: HostVerdict, fault: PlacementFault | null): AppError {
  if (fault?.code === 'pool/short') return new AppError('request/host-short', { host, ...fault.data })
  const unmet = rules.filter(rule => !rule.isMet)
  // More room would not help where something else is missing.
  const { rule = 'fresh' } = unmet.find(({ needed }) => needed === null) ?? unmet[0] ?? {}
  return new AppError('request/host-unfit', { host, rule })
}

function nowhere(fault: PlacementFault | null, hosts: number): AppError {
  return fault?.code === 'pool/short'
    ? new AppError('pool/short', fault.data)
    : new AppError('request/no-host-fits', { hosts })
}

async function approve(
  ports: RequestPorts,
  book: GrantBook,
  { caller, input, turn }: Deciding,
): Promise<RequestRecord> {
  const { requests, grants, committer, clock, tenants, jobs } = ports
  const before = await findRequest(ports, input.requestId)
  const state = stateAfter(before, 'approve')
  refuseOwn(caller, before)
  if (before.version !== input.version) throw new AppError('store/changed-meanwhile', { what: 'requests' })
  const [department, application] = await Promise.all([
    tenants.findDepartment(before.departmentId),
    tenants.findApplication(before.applicationId),
  ])
  const quota = await tenants.quota(before.departmentId, before.platformId)
  const { host, pool } = await place(ports, book, before, { quota, hostId: input.hostId })
  const at = clock.now()
  const uuid = randomUUID()
  const grant = newGrant(before, host, pool, uuid, at)
  const prepared = await jobs.prepare(
    newJob(before, { host, grant, uuid, caller, remark: input.remark }, `${department.name} · ${application.name}`),
  )
  const { jobId } = prepared.job
  const after = next(before, {
    state,
    decidedAt: at,
    jobId,
    vmId: grant.vmId,
    hostId: host.hostId,
    fault: null,
    history: [...before.history, entry(at, caller.displayName, 'approved', input.remark)],
  })
  const data = { host: host.name, pool, amounts: grant.amounts, vmId: grant.vmId, jobId }
  await committer.commit({
    expect: [requests.seen(before), turn.expect, ...(quota ? [tenants.quotaSeen(quota)] : []), ...prepared.expect],
    writes: [requests.put(after), grants.put(grant), turn.write, ...prepared.writes],
    audit: [{ actor: caller, action: 'requests.approve', subject: subjectOf(after), reason: input.remark, data }],
  })
  book.put(grant)
  ports.onGrant(grant)
  ports.onChange(after)
  jobs.start(prepared.job)
  return after
}

type Granted = {
  readonly host: Host
  readonly grant: GrantRecord
  readonly uuid: string
  readonly caller: Caller
  readonly remark: string | null
}

const newJob = (request: RequestRecord, { host, grant, uuid, caller, remark }: Granted, forWhom: string): NewJob => ({
  kind: 'vm.create',
  platformId: request.platformId,
  hostId: host.hostId,
  hostName: host.name,
  vmId: grant.vmId,
  vmName: request.vmName,
  requestId: request.requestId,
  forWhom,
  author: { name: caller.name, displayName: caller.displayName },
  reason: remark || request.purpose,
  payload: newVm(request, grant, uuid, forWhom),
})

function newGrant(request: RequestRecord, host: Host, pool: string, uuid: string, at: number): GrantRecord {
  return {
    grantId: GrantId.parse(randomUUID()),
    requestId: request.requestId,
    departmentId: request.departmentId,
    applicationId: request.applicationId,
    platformId: request.platformId,
    hostId: host.hostId,
    vmId: vmIdOf(host.hostId, uuid),
    vmName: request.vmName,
    pool,
    amounts: amountsOf(request),
    state: 'reserved',
    from: request.from,
    until: request.until,
    approvedAt: at,
    usableAt: null,
    version: 1,
  }
}

function newVm(request: RequestRecord, grant: GrantRecord, uuid: string, title: string): NewVm {
  const { vcpus, memoryBytes, diskBytes, arch, network, departmentId, applicationId } = request
  const volume = `${request.vmName}-${grant.grantId.slice(0, 8)}.qcow2`
  return {
    uuid,
    title,
    vcpus,
    memoryBytes,
    diskBytes,
    arch,
    pool: grant.pool,
    volume,
    network,
    grantId: grant.grantId,
    departmentId,
    applicationId,
  }
}
