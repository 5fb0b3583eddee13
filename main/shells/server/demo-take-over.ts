import type { Core } from '#app/index.ts'
import { vmIdOf, type ApplicationId, type DepartmentId, type HostId, type PlatformId } from '#contract/ids.ts'
import type { Role } from '#contract/roles.ts'
import { systemActor } from '#core/audit/index.ts'
import type { Caller } from '#core/identity/index.ts'
import type { Announcement } from '#demo/announcement.ts'

const password = 'yunlong-demo'
const banner = `演示数据中心：数据均为模拟，每次启动重新开始。账号 duty、approver、auditor、security、applicant（市教育局），口令均为 ${password}`
const patienceMs = 60_000
/** Hosts whose loss each platform is to absorb; the other one's are too unlike each other for that. */
const reserves = { internet: 1, 'gov-extranet': 0 } as const

/** Accounts named after what they are for: nobody is meant. */
const accounts: readonly (readonly [name: string, displayName: string, roles: readonly Role[]])[] = [
  ['duty', '值班长', ['operator', 'approver', 'leader', 'system-administrator']],
  ['approver', '审批员', ['approver']],
  ['auditor', '审计员', ['auditor']],
  ['security', '安全管理员', ['security-administrator']],
]

/** The department whose applicant has an account. */
const applicantOf = 'jyj'

type Taken = {
  readonly platforms: ReadonlyMap<string, PlatformId>
  readonly departments: ReadonlyMap<string, DepartmentId>
  readonly applications: ReadonlyMap<string, ApplicationId>
  readonly hosts: ReadonlyMap<string, HostId>
}
const asked = <T>(map: ReadonlyMap<string, T>, key: string): T => {
  const found = map.get(key)
  if (found === undefined) throw new RangeError(`the demo names ${key} without describing it`)
  return found
}

/** Everything that its announcement says, entered by the ordinary commands. */
export async function takeOver(core: Core, announcement: Announcement): Promise<Taken> {
  await core.site.changeSettings(systemActor, { ...core.site.settings(), siteName: '云龙演示数据中心', banner })
  const platforms = new Map<string, PlatformId>()
  for (const { code, name, levels } of announcement.platforms) {
    const made = core.site.createPlatform(systemActor, { name, levels, cpuOvercommit: 4, reserveHosts: reserves[code] })
    platforms.set(code, (await core.changedPlatforms(made)).platformId)
  }
  const hosts = new Map<string, HostId>()
  for (const {
    name,
    address,
    port,
    user,
    hostKeyFingerprint,
    platform,
    origin,
    model,
    serial,
    rack,
  } of announcement.hosts) {
    const credential = { kind: 'key' as const, privateKey: announcement.privateKey ?? '' }
    const facts = {
      name,
      address,
      port,
      user,
      uri: null,
      origin,
      model,
      serial,
      rack,
      fingerprint: hostKeyFingerprint,
      credential,
    }
    const host = await core.registry.add(systemActor, core.fleet, { ...facts, platformId: asked(platforms, platform) })
    hosts.set(name, host.hostId)
  }
  const { departments, applications } = await enterTenants(core, announcement, platforms)
  const taken = { platforms, departments, applications, hosts }
  await Promise.all([enterPeople(core, asked(departments, applicantOf)), enterRequests(core, announcement, taken)])
  return taken
}

async function enterTenants(core: Core, announcement: Announcement, platforms: Taken['platforms']) {
  const departments = new Map<string, DepartmentId>()
  const applications = new Map<string, ApplicationId>()
  for (const department of announcement.departments) {
    const { departmentId } = await core.tenants.createDepartment(systemActor, department.name)
    departments.set(department.code, departmentId)
    for (const { code, name, level } of department.applications)
      applications.set(
        code,
        (await core.tenants.createApplication(systemActor, departmentId, name, level)).applicationId,
      )
    for (const { platform, limit } of department.quotas)
      await core.tenants.setQuota(systemActor, {
        departmentId,
        platformId: asked(platforms, platform),
        limit,
        version: null,
      })
  }
  return { departments, applications }
}

async function enterPeople(core: Core, departmentId: DepartmentId): Promise<void> {
  const staff = accounts.map(([name, displayName, roles]) => ({
    name,
    displayName,
    roles,
    departmentId: null,
    password,
  }))
  const applicant = {
    name: 'applicant',
    displayName: '部门申请人',
    roles: ['applicant'] as const,
    departmentId,
    password,
  }
  // One after the other: each password takes 128 MB for a moment.
  for (const person of [...staff, applicant]) await core.people.create(systemActor, person)
}

async function enterRequests(core: Core, announcement: Announcement, taken: Taken): Promise<void> {
  for (const { department, application, platform, ...need } of announcement.requests) {
    const departmentId = asked(taken.departments, department)
    const caller: Caller = {
      name: `applicant:${department}`,
      logins: [],
      displayName: '部门申请人',
      personId: null,
      roles: ['applicant'],
      departmentId,
    }
    await core.intake.submit(caller, {
      ...need,
      departmentId,
      applicationId: asked(taken.applications, application),
      platformId: asked(taken.platforms, platform),
    })
  }
}

/** Once the machines have been seen: says whose they are, and decides two of the requests. */
export async function settleIn(
  core: Core,
  announcement: Announcement,
  taken: Taken,
  signal: AbortSignal,
): Promise<void> {
  const wanted = announcement.machines.map(({ host, uuid, application }) => ({
    vmId: vmIdOf(asked(taken.hosts, host), uuid),
    applicationId: asked(taken.applications, application),
  }))
  const until = core.clock.monotonic() + patienceMs
  while (wanted.some(({ vmId }) => !core.fleet.vms.get(vmId)) && core.clock.monotonic() < until)
    await core.clock.sleep(250, signal)
  const machines = wanted.filter(({ vmId }) => core.fleet.vms.get(vmId))
  const operator: Caller = { ...systemActor, logins: [], personId: null, roles: ['operator'], departmentId: null }
  if (machines.length > 0) await core.adopt(operator, machines, '接管已有虚拟机')
  await raiseQuotas(core, announcement, taken)
  await decideSome(core)
}

/** Each department keeps what it was promised on top of what it has. */
async function raiseQuotas(core: Core, announcement: Announcement, taken: Taken): Promise<void> {
  for (const { code, quotas } of announcement.departments)
    for (const { platform, limit } of quotas) {
      const departmentId = asked(taken.departments, code)
      const platformId = asked(taken.platforms, platform)
      const used = core.book.used(departmentId, platformId)
      const raised = {
        vcpus: limit.vcpus + used.vcpus,
        memoryBytes: limit.memoryBytes + used.memoryBytes,
        storageBytes: limit.storageBytes + used.storageBytes,
      }
      const version = (await core.tenants.quota(departmentId, platformId))?.version ?? null
      await core.tenants.setQuota(systemActor, { departmentId, platformId, limit: raised, version })
    }
}

/** One approved, one returned: so that jobs, grants and history have something to show. */
async function decideSome(core: Core): Promise<void> {
  const officer: Caller = {
    name: 'approver',
    logins: ['approver'],
    displayName: '审批员',
    personId: null,
    roles: ['approver'],
    departmentId: null,
  }
  const [returned, approved] = (
    await core.store.requests.list({ state: 'submitted' }, { orderBy: 'submittedAt' })
  ).slice(-2)
  if (!returned || !approved) return
  await core.approve(officer, {
    requestId: approved.requestId,
    version: approved.version,
    hostId: null,
    remark: '同意',
  })
  const reason = '请补充计算任务的并发量与峰值时段，并说明能否分时使用'
  await core.intake.return(officer, { requestId: returned.requestId, version: returned.version, reason })
}
