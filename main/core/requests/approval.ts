import { randomUUID } from 'node:crypto'
import { AppError } from '#contract/errors.ts'
import type { Host } from '#contract/hosts.ts'
import { GrantId, JobId, type HostId } from '#contract/ids.ts'
import type { Caller } from '#core/identity/index.ts'
import { vmIdOf, type NewVm } from '#core/deploy/index.ts'
import { placementFault, previewPlacement, type PlacementHost } from '#core/placement/index.ts'
import { next } from '#lib/records.ts'
import type { GrantBook } from './grants.ts'
import { entry, refuseOwn, stateAfter, subjectOf, type Intake } from './intake.ts'
import { amountsOf, type GrantRecord, type LedgerRecord, type RequestRecord } from './model.ts'
import type { RequestPorts } from './port.ts'
import { quotaFault } from './quota.ts'

/** Two officers on one platform at once: the later one looks again, this often at most. */
const tries = 5

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

/** Approval: reserves the capacity, grants it and commits the job that carries it out, all in one. */
export function openApproval(ports: RequestPorts, book: GrantBook, intake: Intake) {
  const { requests, grants, ledgers, committer, clock, site, tenants, jobs } = ports

  /** Host and pool for a request as things are now. @throws {AppError} the first rule that forbids it, with its numbers */
  async function place(request: RequestRecord, hostId: HostId | null): Promise<{ host: Host; pool: string }> {
    const platform = await site.findPlatform(request.platformId)
    if (!platform.levels.includes(request.level))
      throw new AppError('request/level-not-carried', {
        level: request.level,
        carried: [...platform.levels],
        platform: platform.name,
      })
    const quota = await tenants.quota(request.departmentId, request.platformId)
    const shortage = quotaFault(book, request, quota?.limit)
    if (shortage) throw new AppError('quota/short', shortage)
    const rows = ports.hostsOf(request.platformId)
    const hosts = placementHosts(rows, book)
    const preview = previewPlacement(platform, hosts, request, hostId ?? undefined)
    const verdict = preview.hosts.find(each => each.hostId === preview.chosen)
    const host = rows.find(row => row.hostId === preview.chosen)
    if (host && verdict?.pool) return { host, pool: verdict.pool }
    const fault = placementFault(platform, hosts, request, hostId)
    if (fault?.code === 'pool/short') throw new AppError('pool/short', fault.data)
    throw new AppError('request/no-host-fits', { hosts: hosts.length })
  }

  async function attempt(caller: Caller, input: Approval): Promise<RequestRecord> {
    const before = await intake.find(input.requestId)
    const state = stateAfter(before, 'approve')
    refuseOwn(caller, before)
    if (before.version !== input.version) throw new AppError('store/changed-meanwhile', { what: 'requests' })
    const ledgerId = `platform/${before.platformId}`
    const ledger = await ledgers.get(ledgerId)
    const { host, pool } = await place(before, input.hostId)
    const at = clock.now()
    const uuid = randomUUID()
    const grant = newGrant(before, host, pool, uuid, at)
    const jobId = JobId.parse(randomUUID())
    const department = await tenants.findDepartment(before.departmentId)
    const application = await tenants.findApplication(before.applicationId)
    const prepared = await jobs.prepare(
      {
        kind: 'vm.create',
        platformId: before.platformId,
        hostId: host.hostId,
        hostName: host.name,
        vmId: grant.vmId,
        vmName: before.vmName,
        requestId: before.requestId,
        forWhom: `${department.name} · ${application.name}`,
        author: { name: caller.name, displayName: caller.displayName },
        reason: input.remark || before.purpose,
        payload: newVm(before, grant, uuid, `${department.name} · ${application.name}`),
      },
      jobId,
    )
    const after = next(before, {
      state,
      decidedAt: at,
      jobId,
      vmId: grant.vmId,
      hostId: host.hostId,
      fault: null,
      history: [...before.history, entry(at, caller.displayName, 'approved', input.remark)],
    })
    const nextLedger: LedgerRecord = ledger ? next(ledger, {}) : { ledgerId, version: 1 }
    const data = { host: host.name, pool, amounts: grant.amounts, vmId: grant.vmId, jobId }
    await committer.commit({
      expect: [requests.seen(before), ledger ? ledgers.seen(ledger) : ledgers.absent(ledgerId), ...prepared.expect],
      writes: [requests.put(after), grants.put(grant), ledgers.put(nextLedger), ...prepared.writes],
      audit: [{ actor: caller, action: 'requests.approve', subject: subjectOf(after), reason: input.remark, data }],
    })
    book.put(grant)
    ports.onGrant(grant)
    ports.onChange(after)
    jobs.start(prepared.job)
    return after
  }

  return async (caller: Caller, input: Approval): Promise<RequestRecord> => {
    for (let round = 1; ; round++) {
      try {
        return await attempt(caller, input)
      } catch (error) {
        const isRace =
          error instanceof AppError &&
          error.code === 'store/changed-meanwhile' &&
          (error.data as { what: string }).what === 'ledgers'
        if (!isRace || round >= tries) throw error
      }
    }
  }
}

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
