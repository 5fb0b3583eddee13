import { expect, test } from 'vitest'
import { AppError } from '#contract/errors.ts'
import { HostId } from '#contract/ids.ts'
import { systemActor, verifyLines } from '#core/audit/index.ts'
import { addTenants, callerOf, GIB, openTestCore } from './testing.ts'
import { outcomeOf, entries } from './testing-contract.ts'

const operator = callerOf(['operator'])
const approver = callerOf(['approver'])
const administrator = callerOf(['system-administrator'])
const platform = { name: '互联网区', levels: [2], cpuOvercommit: 4, reserveHosts: 1 }
const taken = (name: string) => new AppError('identity/name-taken', { name })
const changed = (what: string) => new AppError('store/changed-meanwhile', { what })

test('settings are those of the last change; a change on older ones is refused', async () => {
  const { core } = await openTestCore()
  const before = core.site.settings()
  const after = await core.site.changeSettings(administrator, { ...before, siteName: '一号机房', idleLockMinutes: 5 })
  expect(core.site.settings()).toEqual({ ...before, siteName: '一号机房', idleLockMinutes: 5, version: after.version })
  await expect(core.site.changeSettings(administrator, before)).rejects.toEqual(changed('settings'))
})

test('of two first changes of the settings at once one counts', async () => {
  const { core } = await openTestCore()
  const change = (siteName: string) => core.site.changeSettings(administrator, { ...core.site.settings(), siteName })
  const outcomes = await Promise.allSettled([change('一'), change('二')])
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  expect((await core.store.settings.get('site'))?.siteName).toBe('一')
})

test('platforms keep their order, and their names are theirs alone', async () => {
  const { core } = await openTestCore()
  const [one, two] = [
    await core.site.createPlatform(operator, platform),
    await core.site.createPlatform(operator, { ...platform, name: '政务外网区' }),
  ]
  expect((await core.site.platforms()).map(({ name }) => name)).toEqual(['互联网区', '政务外网区'])
  await expect(core.site.createPlatform(operator, platform)).rejects.toEqual(taken('互联网区'))
  await expect(core.site.updatePlatform(operator, { ...two, name: '互联网区' })).rejects.toEqual(taken('互联网区'))
  await core.site.updatePlatform(operator, { ...one, levels: [2, 3] })
  await expect(core.site.updatePlatform(operator, { ...one, levels: [4] })).rejects.toEqual(changed('platforms'))
})

test('a platform that is added through the contract is counted from the next moment on', async () => {
  const { as, core } = await openTestCore()
  await as(administrator).site.createPlatform(platform)
  expect(core.knownPlatforms().map(({ name }) => name)).toEqual(['互联网区'])
})

test('a department’s name is its own; an application’s is within its department', async () => {
  const { core } = await openTestCore()
  const one = await core.tenants.createDepartment(operator, '甲部门')
  const two = await core.tenants.createDepartment(operator, '乙部门')
  await expect(core.tenants.createDepartment(operator, '甲部门')).rejects.toEqual(taken('甲部门'))
  await core.tenants.createApplication(operator, one.departmentId, '官网', 2)
  await core.tenants.createApplication(operator, two.departmentId, '官网', 2)
  await expect(core.tenants.createApplication(operator, one.departmentId, '官网', 3)).rejects.toEqual(taken('官网'))
})

test('a quota shows its limit and what the grants add up to, and the last word counts', async () => {
  const site = await openTestCore()
  const { a, platformId } = await addTenants(site)
  const limit = { vcpus: 1, memoryBytes: GIB, storageBytes: GIB }
  const change = { departmentId: a.departmentId, platformId, limit, version: 1 }
  const { quotas } = await site.as(approver).tenants.setQuota(change)
  expect(quotas).toEqual([{ platformId, limit, used: { vcpus: 0, memoryBytes: 0, storageBytes: 0 }, version: 2 }])
  const { entries: audited } = await site.core.store.audit.list({ limit: 1 })
  expect(audited[0]).toMatchObject({ action: 'tenants.setQuota', data: { after: limit, before: { vcpus: 16 } } })
})

test('of two officers who set a quota that both have seen, the later one is told', async () => {
  const { as, core } = await openTestCore()
  const { departmentId } = await core.tenants.createDepartment(systemActor, '丙部门')
  const { platformId } = await core.site.createPlatform(systemActor, platform)
  const set = (vcpus: number, version: number | null) => {
    const limit = { vcpus, memoryBytes: GIB, storageBytes: GIB }
    return as(approver).tenants.setQuota({ departmentId, platformId, limit, version })
  }
  await set(1, null)
  await expect(set(2, null)).rejects.toMatchObject({ code: 'store/changed-meanwhile', data: { what: 'quotas' } })
  await set(3, 1)
  await expect(set(4, 1)).rejects.toMatchObject({ code: 'store/changed-meanwhile', data: { what: 'quotas' } })
  expect(await core.tenants.quota(departmentId, platformId)).toMatchObject({ limit: { vcpus: 3 }, version: 2 })
})

test('a quota for what is not there is refused', async () => {
  const site = await openTestCore()
  const { a, platformId } = await addTenants(site)
  const limit = { vcpus: 1, memoryBytes: GIB, storageBytes: GIB }
  const { as } = site
  const nowhere = { departmentId: a.departmentId, platformId: 'none' as typeof platformId, limit, version: null }
  await expect(as(approver).tenants.setQuota(nowhere)).rejects.toMatchObject({ code: 'store/not-found' })
  const nobody = { departmentId: 'none' as typeof a.departmentId, platformId, limit, version: null }
  await expect(as(approver).tenants.setQuota(nobody)).rejects.toMatchObject({ code: 'store/not-found' })
})

const newHost = (platformId: Awaited<ReturnType<typeof addTenants>>['platformId']) => ({
  ...{ address: '127.0.0.1', port: 1, user: 'root', credential: { kind: 'agent' as const }, platformId, name: 'h1' },
  ...{ origin: 'new' as const, model: null, serial: null, rack: null, fingerprint: 'SHA256:x' },
})

test('an address is one host, however often it is clicked', async () => {
  const site = await openTestCore()
  const { platformId } = await addTenants(site)
  const outcomes = await Promise.allSettled([1, 2, 3].map(() => site.as(operator).hosts.add(newHost(platformId))))
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
  expect(await site.core.store.hosts.count()).toBe(1)
  expect(outcomes[1]).toMatchObject({ reason: { code: 'host/already-added', data: { name: 'h1' } } })
})

test('a changed key is accepted by name and reason, both fingerprints in the audit', async () => {
  const site = await openTestCore()
  const { platformId } = await addTenants(site)
  const { hostId } = await site.as(operator).hosts.add(newHost(platformId))
  await site.as(administrator).hosts.trustKey({ hostId, fingerprint: 'SHA256:y', reason: '重装系统' })
  const { entries: audited } = await site.core.store.audit.list({ limit: 1 })
  expect(audited[0]).toMatchObject({
    ...{ action: 'hosts.trustKey', actor: 'system-administrator', reason: '重装系统', subjectName: 'h1' },
    data: { expected: 'SHA256:x', accepted: 'SHA256:y' },
  })
})

test('a host is reached in another way by reason, its key stays, and no credential is told', async () => {
  const site = await openTestCore()
  const { platformId } = await addTenants(site)
  const { hostId } = await site.as(operator).hosts.add(newHost(platformId))
  const other = await site.as(operator).hosts.add({ ...newHost(platformId), port: 2, name: 'h2' })
  const access = {
    address: '127.0.0.2',
    port: 1,
    user: 'ops',
    credential: { kind: 'password' as const, password: 'p1' },
  }
  const change = { hostId, version: 1, reason: '口令轮换', ...access }
  expect(await site.as(operator).hosts.changeAccess(change)).toEqual({ version: 2 })
  expect(await site.core.registry.credentialOf(hostId)).toEqual(access.credential)
  const { credential: _, ...where } = access
  expect(await site.core.store.hosts.get(hostId)).toMatchObject({ ...where, fingerprint: 'SHA256:x', version: 2 })
  const { entries: audited } = await site.core.store.audit.list({ limit: 1 })
  expect(audited[0]).toMatchObject({
    ...{ action: 'hosts.changeAccess', reason: '口令轮换' },
    data: { before: { address: '127.0.0.1', user: 'root' }, after: { ...where, credential: 'password' } },
  })
  await expect(site.as(operator).hosts.changeAccess(change)).rejects.toMatchObject({ code: 'store/changed-meanwhile' })
  const taken = { ...change, hostId: other.hostId }
  await expect(site.as(operator).hosts.changeAccess(taken)).rejects.toMatchObject({
    ...{ code: 'host/already-added', data: { name: 'h1' } },
  })
})

test('a host goes with its credential, and only when no grant points to it', async () => {
  const site = await openTestCore()
  const { a, platformId } = await addTenants(site)
  const { hostId } = await site.as(operator).hosts.add(newHost(platformId))
  const grant = {
    ...{
      grantId: 'g' as never,
      requestId: null,
      departmentId: a.departmentId,
      applicationId: a.applicationId,
      platformId,
    },
    ...{
      hostId,
      vmId: `${hostId}.x` as never,
      vmName: 'x',
      pool: '',
      amounts: { vcpus: 1, memoryBytes: 1, storageBytes: 1 },
    },
    ...{ state: 'active' as const, from: '2025-01-01', until: null, approvedAt: 1, usableAt: 1, version: 1 },
  }
  site.core.book.put(grant)
  const remove = () => site.as(administrator).hosts.remove({ hostId, reason: '退役' })
  await expect(remove()).rejects.toMatchObject({ code: 'store/in-use', data: { what: 'host', by: 1 } })
  site.core.book.put({ ...grant, state: 'released' })
  await remove()
  expect([await site.core.store.hosts.count(), await site.core.store.secrets.count()]).toEqual([0, 0])
  expect(site.core.fleet.hosts.size).toBe(0)
})

test('of two people who remove a host at once one is told that it was too late', async () => {
  const { as, core } = await openTestCore()
  const { platformId } = await as(administrator).site.createPlatform(platform)
  const { hostId } = await as(operator).hosts.add(newHost(platformId))
  const removals = [1, 2].map(() => as(administrator).hosts.remove({ hostId, reason: '退役' }))
  const outcomes = await Promise.allSettled(removals)
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(core.fleet.hosts.get(hostId)).toBeUndefined()
})

const publicKey = (n: number): string =>
  Buffer.concat([
    Buffer.from([0, 0, 0, 11]),
    Buffer.from('ssh-ed25519'),
    Buffer.from([0, 0, 0, 32]),
    Buffer.alloc(32, n),
  ]).toString('base64')

test('imported host keys add up, and one that is revoked is none of a host’s', async () => {
  const { as, core } = await openTestCore()
  const line = (n: number, marker = ''): string => `${marker}[h1]:2222 ssh-ed25519 ${publicKey(n)}`
  const load = (...lines: string[]) => as(operator).hosts.importKnownHosts({ text: lines.join('\n') })
  expect(await load(line(1), 'nonsense')).toEqual({ imported: 1, skipped: 1 })
  await load(line(1), line(2))
  const trusted = (host: string) => core.knownKeys.keysOf(host, 2222).trusted
  expect(trusted('h1')).toHaveLength(2)
  await load(line(2, '@revoked '))
  expect(trusted('h1')).toHaveLength(1)
  expect(core.knownKeys.keysOf('h1', 2222).revoked).toHaveLength(1)
  expect(trusted('h2')).toEqual([])
})

test('two imports of host keys at once both count', async () => {
  const { as, core } = await openTestCore()
  const load = (host: string) => as(operator).hosts.importKnownHosts({ text: `${host} ssh-ed25519 ${publicKey(1)}` })
  await Promise.all([load('h1'), load('h2')])
  expect(['h1', 'h2'].map(host => core.knownKeys.keysOf(host, 22).trusted.length)).toEqual([1, 1])
})

test('after a restart the queue shows everything that waits, also beside a request that is broken', async () => {
  const first = await openTestCore()
  const { a } = await addTenants(first)
  const { core, path } = first
  const good = await core.intake.submit(operator, a.need('good'))
  const orphan = { ...good, requestId: 'orphan' as never, number: 'x-1', departmentId: 'gone' as never, version: 1 }
  const broken = { ...good, requestId: 'broken' as never, number: 'x-2', vcpus: 'eight' as never, version: 1 }
  const { requests, committer } = core.store
  await committer.commit({ writes: [requests.put(orphan), requests.put(broken)], audit: [] })
  await core.close()
  const second = await openTestCore({ path })
  expect(second.core.requestBoard.rows().map(row => [row.requestId, row.departmentName])).toEqual(
    expect.arrayContaining([
      [good.requestId, '甲部门'],
      ['orphan', 'gone'],
    ]),
  )
  expect(second.core.requestBoard.size).toBe(2)
  expect(second.bugs.map(String)).toEqual(['Error: request broken cannot be shown'])
  const watch = entries.find(({ path: name }) => name === 'requests.watch')
  if (!watch) throw new Error('no such entry')
  expect((await outcomeOf(second.as(approver), watch, {})).code).toBe('ok')
})

test('the overview counts what waits, what is late and what is at work', async () => {
  const site = await openTestCore()
  const { a } = await addTenants(site)
  await site.core.intake.submit(operator, a.need('one'))
  await expect.poll(() => site.core.requestBoard.size).toBe(1)
  const overview = entries.find(({ path }) => path === 'pools.overview')
  if (!overview) throw new Error('no such entry')
  const { value } = await outcomeOf(site.as(operator), overview, {})
  expect(value).toMatchObject({ requestsWaiting: 1, requestsLate: 0, jobsRunning: 0, jobsStuck: 0, freshestAt: null })
})

test('an audit export verifies alone, by its own head', async () => {
  const site = await openTestCore()
  await addTenants(site)
  const auditor = callerOf(['auditor'])
  const { lines, entries: count, first, head } = await site.as(auditor).audit.export({})
  expect([first, count]).toEqual([1, lines.trimEnd().split('\n').length])
  expect(verifyLines(lines.split('\n'), { head }).fault).toBeNull()
  await site.core.tenants.createDepartment(systemActor, '丙部门')
  expect(await site.as(auditor).audit.verify({ head })).toMatchObject({ isWhole: true, entries: count + 1 })
  expect(await site.as(auditor).audit.verify({ head: 'f'.repeat(64) })).toMatchObject({
    isWhole: false,
    fault: 'truncated',
  })
})

test('a host that is not there is not found, wherever it is named', async () => {
  const { as } = await openTestCore()
  const hostId = HostId.parse('none')
  const notFound = { code: 'store/not-found' }
  await expect(as(operator).hosts.retry({ hostId })).rejects.toMatchObject(notFound)
  await expect(as(administrator).hosts.trustKey({ hostId, fingerprint: 'x', reason: '原因' })).rejects.toMatchObject(
    notFound,
  )
  await expect(as(administrator).hosts.remove({ hostId, reason: '原因' })).rejects.toMatchObject(notFound)
})
