import { expect, test } from 'vitest'
import { AppError } from '#contract/errors.ts'
import { GrantId, PlatformId, VmId } from '#contract/ids.ts'
import type { NewVm } from '#core/deploy/index.ts'
import type { JobRecord } from '#core/jobs/index.ts'
import { GrantBook, settleAllocation } from '#core/requests/index.ts'
import { callerOf, hostId } from './testing.ts'
import { openTestRequests, usedBy, vmRow, type TestRequestsOptions } from './testing-requests.ts'

const operator = callerOf(['operator'])
const officers = ['first', 'second'].map(name => callerOf(['approver'], null, name))
const [first = operator, second = operator] = officers
const decision = ({ requestId, version }: { requestId: string; version: number }) => ({
  ...{ requestId, version, hostId: null, remark: null },
})

/** Two requests of eight cores, of two departments. */
async function openTwoRequests(options: TestRequestsOptions) {
  const work = await openTestRequests(options)
  const { intake, a, b } = work
  return {
    ...work,
    one: await intake.submit(operator, a.need('one', 8)),
    two: await intake.submit(operator, b.need('two', 8)),
  }
}

test('two officers on the last eight cores: exactly one succeeds, and the other hears what is short', async () => {
  const { approve, one, two, store, book } = await openTwoRequests({ hostVcpus: 8 })
  const outcomes = await Promise.allSettled([approve(first, decision(one)), approve(second, decision(two))])
  expect(outcomes[0]).toMatchObject({ status: 'fulfilled', value: { state: 'allocating' } })
  expect(outcomes[1]).toMatchObject({
    status: 'rejected',
    reason: { code: 'pool/short', data: { pool: 'cpu', limit: 8, asked: 8 } },
  })
  expect((await store.grants.list()).map(grant => grant.amounts.vcpus)).toEqual([8])
  expect(book.all()).toHaveLength(1)
  expect(await store.jobs.count()).toBe(1)
  expect((await store.requests.get(two.requestId))?.state).toBe('submitted')
})

test('two officers who approve the same request at once make one machine', async () => {
  const { approve, one, store } = await openTwoRequests({})
  const outcomes = await Promise.allSettled([approve(first, decision(one)), approve(second, decision(one))])
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect([await store.grants.count(), await store.jobs.count(), await store.locks.count()]).toEqual([1, 1, 1])
})

test('of a host that was picked, its own four numbers are said while another one would do', async () => {
  const { intake, approve, a } = await openTestRequests({ hostVcpus: 8, secondHost: true })
  const [first8, next8] = [
    await intake.submit(operator, a.need('one', 8)),
    await intake.submit(operator, a.need('two', 8)),
  ]
  await approve(first, { ...decision(first8), hostId: h1 })
  const short = { host: 'h1', pool: 'cpu', limit: 8, used: 8, reserved: 0, asked: 8 } as const
  await expect(approve(second, { ...decision(next8), hostId: h1 })).rejects.toEqual(
    new AppError('request/host-short', short),
  )
  const unfit = await intake.submit(operator, { ...a.need('three', 1), network: '专网' })
  await expect(approve(second, { ...decision(unfit), hostId: h1 })).rejects.toEqual(
    new AppError('request/host-unfit', { host: 'h1', rule: 'network' }),
  )
  await approve(second, { ...decision(next8), hostId: hostId('h2') })
})

test('a review of a host picked by hand counts what is left after that one', async () => {
  const { intake, review, a } = await openTestRequests({ hostVcpus: 8, secondHost: true })
  const { requestId } = await intake.submit(operator, a.need('one', 5))
  const best = await review(requestId)
  expect(best.preview).toMatchObject({ chosen: 'h1', moreLikeThis: 1 })
  expect((await review(requestId, hostId('h2'))).preview).toMatchObject({ chosen: 'h2', moreLikeThis: 1 })
  const small = await intake.submit(operator, { ...a.need('two', 4), network: '专网' })
  expect((await review(small.requestId)).preview).toMatchObject({ chosen: 'h2', moreLikeThis: 1 })
  const onFirst = await review(small.requestId, h1)
  expect(onFirst.preview).toMatchObject({ chosen: null, moreLikeThis: 0 })
  expect(onFirst.obstacles).toEqual([{ code: 'request/no-host-fits', data: { hosts: 1 } }])
})

test('a machine that changed hands belongs to who holds it now, in whatever order the grants are read', async () => {
  const { approve, one, store } = await openTwoRequests({})
  await approve(first, decision(one))
  const [grant] = await store.grants.list()
  if (!grant) throw new Error('no grant')
  const before = { ...grant, grantId: GrantId.parse('before'), state: 'released' as const }
  for (const grants of [
    [grant, before],
    [before, grant],
  ])
    expect(new GrantBook(grants).forVm(grant.vmId)).toBe(grant)
  const released = new GrantBook([grant, before])
  released.put({ ...grant, state: 'released' })
  expect(released.forVm(grant.vmId)).toBeUndefined()
})

test('twenty officers at once on ten places fill them and no more', async () => {
  const { intake, approve, a, store } = await openTestRequests({ hostVcpus: 10 })
  const made = await Promise.all(Array.from({ length: 20 }, (_, at) => intake.submit(operator, a.need(`vm-${at}`))))
  const outcomes = await Promise.allSettled(
    made.map((request, at) => approve(callerOf(['approver'], null, `officer-${at}`), decision(request))),
  )
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(10)
  expect(usedBy(await store.grants.list(), a.departmentId)).toBe(10)
})

test('a quota that is short says its limit, what is used, what is reserved and what was asked for', async () => {
  const { approve, intake, a, one } = await openTwoRequests({ quotaVcpus: 12 })
  await approve(first, decision(one))
  const more = await intake.submit(operator, a.need('more', 5))
  await expect(approve(first, decision(more))).rejects.toEqual(
    new AppError('quota/short', { pool: 'cpu', limit: 12, used: 0, reserved: 8, asked: 5 }),
  )
})

test('a department without a quota on a platform may hold nothing there', async () => {
  const { tenants, intake, approve, a } = await openTestRequests()
  const { departmentId } = await tenants.createDepartment(operator, '丙部门')
  const { applicationId } = await tenants.createApplication(operator, departmentId, '应用', 2)
  const request = await intake.submit(operator, { ...a.need('vm'), departmentId, applicationId })
  await expect(approve(first, decision(request))).rejects.toMatchObject({ code: 'quota/short', data: { limit: 0 } })
})

test('a level that the platform no longer carries is refused at approval', async () => {
  const { approve, one, site, platform } = await openTwoRequests({})
  await site.updatePlatform(operator, { ...platform, levels: [3] })
  await expect(approve(first, decision(one))).rejects.toEqual(
    new AppError('request/level-not-carried', { level: 2, carried: [3], platform: platform.name }),
  )
})

test('an allocation that succeeds makes the grant active', async () => {
  const { approve, one, ended, store } = await openTwoRequests({ run: () => Promise.resolve() })
  await approve(first, decision(one))
  await expect.poll(() => ended.map(job => job.state)).toEqual(['done'])
  expect((await store.requests.get(one.requestId))?.state).toBe('granted')
  expect((await store.grants.list()).map(({ state, usableAt }) => [state, usableAt !== null])).toEqual([
    ['active', true],
  ])
})

test('allocations that fail give everything back: quota from the book equals quota from the store', async () => {
  const fails = (): Promise<void> =>
    Promise.reject(new AppError('libvirt/failed', { code: 38, domain: 18, message: 'no space' }))
  const { approve, intake, one, a, ended, store } = await openTwoRequests({ run: fails })
  for (let round = 1; round <= 5; round++) {
    const request = await intake.find(one.requestId)
    await approve(first, decision(request))
    await expect.poll(() => ended.length).toBe(round)
    const failed = await intake.find(one.requestId)
    expect([failed.state, failed.fault?.code]).toEqual(['failed', 'libvirt/failed'])
  }
  const grants = await store.grants.list()
  expect(grants.map(grant => grant.state)).toEqual(Array.from({ length: 5 }, () => 'released'))
  const reopened = new GrantBook(grants)
  expect(reopened.used(a.departmentId, one.platformId).vcpus).toBe(usedBy(grants, a.departmentId))
  expect(await store.locks.count()).toBe(0)
})

test.each([
  ['done', 'active', 'granted'],
  ['unknown', 'active', 'granted'],
  ['undone', 'released', 'failed'],
  ['waiting', 'released', 'failed'],
] as const)('an allocation left as it is with its definition %s has its grant %s', async (state, grant, request) => {
  const { approve, one, store, clock } = await openTwoRequests({})
  await approve(first, decision(one))
  const [job] = (await store.jobs.list()) as readonly JobRecord<NewVm>[]
  if (!job) throw new Error('no job')
  const step = {
    name: 'define',
    state,
    startedAt: 1,
    endedAt: 2,
    fault: null,
    plan: 'define',
    inverse: 'undefine',
  } as const
  await store.committer.commit(await settleAllocation({ ...store, clock })({ ...job, steps: [step] }, 'abandoned'))
  expect((await store.grants.list())[0]).toMatchObject({ state: grant, usableAt: null })
  expect((await store.requests.get(one.requestId))?.state).toBe(request)
})

test('a job whose request is gone ends all the same', async () => {
  const gate = Promise.withResolvers<void>()
  const { approve, one, ended, store } = await openTwoRequests({ run: () => gate.promise })
  await approve(first, decision(one))
  await store.database.commit({ writes: [store.requests.remove(one.requestId)], audit: [] })
  gate.resolve()
  await expect.poll(() => ended.map(job => job.state)).toEqual(['done'])
})

const h1 = hostId('h1')
const vmIds = ['x', 'y', 'z'].map(name => VmId.parse(`h1.${name}`))
const [x = VmId.parse('x'), y = VmId.parse('y')] = vmIds

async function openAdoptions() {
  const vms: ReturnType<typeof vmRow>[] = []
  const work = await openTestRequests({ vms })
  vms.push(...vmIds.map(vmId => vmRow(vmId, h1, work.platformId, vmId.slice(3))))
  return { ...work, vms }
}

test('machines that were there before count as their department’s use, each with an audit entry', async () => {
  const { adopt, a, book, platformId, store } = await openAdoptions()
  const machines = [x, y].map(vmId => ({ vmId, applicationId: a.applicationId }))
  expect(await adopt(operator, machines, '清查')).toEqual({ adopted: 2 })
  expect(book.used(a.departmentId, platformId).vcpus).toBe(4)
  expect(usedBy(await store.grants.list(), a.departmentId)).toBe(4)
  const { entries } = await store.audit.list({ limit: 9, action: 'requests.adopt' })
  expect(entries.map(entry => entry.subjectName).sort()).toEqual(['x', 'y'])
})

test('a machine has one holder: not two in one adoption, nor in two at once, nor later', async () => {
  const { adopt, a, b, store } = await openAdoptions()
  const forA = [{ vmId: x, applicationId: a.applicationId }]
  const forB = [{ vmId: x, applicationId: b.applicationId }]
  const granted = { code: 'vm/already-granted' }
  await expect(adopt(operator, [...forA, ...forB], '清查')).rejects.toMatchObject(granted)
  expect(await store.grants.count()).toBe(0)
  const outcomes = await Promise.allSettled([adopt(operator, forA, '清查'), adopt(operator, forB, '清查')])
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  await expect(adopt(operator, forB, '清查')).rejects.toEqual(
    new AppError('vm/already-granted', { vm: 'x', to: '甲部门' }),
  )
  expect(await store.grants.count()).toBe(1)
})

test('a machine that was moved to another host keeps its holder, and is not adopted a second time', async () => {
  const { adopt, a, b, book, platformId, store, vms } = await openAdoptions()
  await adopt(operator, [{ vmId: x, applicationId: a.applicationId }], '清查')
  const moved = VmId.parse('h2.x')
  const isDefined = (vmId: VmId): boolean => vmId !== x
  expect(book.forMoved(moved, platformId, isDefined)).toMatchObject({ vmId: x, departmentId: a.departmentId })
  // A copy is nobody's as long as the first one is there, and on another platform it is another matter.
  expect(book.forMoved(moved, platformId, () => true)).toBeUndefined()
  expect(book.forMoved(moved, PlatformId.parse('other'), isDefined)).toBeUndefined()
  vms.push({ ...vmRow(moved, hostId('h2'), platformId, 'x'), departmentId: a.departmentId })
  await expect(adopt(operator, [{ vmId: moved, applicationId: b.applicationId }], '清查')).rejects.toMatchObject({
    code: 'vm/already-granted',
  })
  expect(await store.grants.count()).toBe(1)
})

test('a machine or an application that is not there is not adopted, and nor is anything beside it', async () => {
  const { adopt, a, store } = await openAdoptions()
  const known = { vmId: x, applicationId: a.applicationId }
  const unknown = { vmId: VmId.parse('h1.unknown'), applicationId: a.applicationId }
  await expect(adopt(operator, [known, unknown], '清查')).rejects.toMatchObject({ code: 'vm/not-found' })
  expect(await store.grants.count()).toBe(0)
})

test('a review says what the department has, what it would have, and which machines are its own', async () => {
  const vms: ReturnType<typeof vmRow>[] = []
  const work = await openTestRequests({ hostVcpus: 8, quotaVcpus: 12, vms })
  const { a, b, intake, review, adopt, approve } = work
  const h1 = hostId('h1')
  const [own, foreign] = ['h1.own', 'h1.foreign'].map(id => VmId.parse(id)) as [VmId, VmId]
  vms.push({ ...vmRow(own, h1, work.platformId, 'own'), cpuFraction: 0.25 }, vmRow(foreign, h1, work.platformId, 'x'))
  await adopt(operator, [{ vmId: own, applicationId: a.applicationId }], '接管')
  await adopt(operator, [{ vmId: foreign, applicationId: b.applicationId }], '接管')
  await approve(first, decision(await intake.submit(operator, a.need('coming', 3))))
  const request = await intake.submit(operator, a.need('asked', 2))
  const { quota, obstacles, machines } = await review(request.requestId)
  expect(quota).toMatchObject({ limit: { vcpus: 12 }, used: { vcpus: 5 }, after: { vcpus: 7 } })
  expect(obstacles.map(({ code }) => code)).toEqual(['pool/short'])
  expect(machines).toMatchObject([{ vmId: own, name: 'own', vcpus: 2, state: 'running', cpuFraction: 0.25 }])

  vms.splice(0, 1, { ...vmRow(own, h1, work.platformId, 'own'), cpuFraction: 0.25, isKnown: false })
  expect((await review(request.requestId)).machines).toMatchObject([{ state: null, cpuFraction: null }])
})

test('a review names every obstacle, the level first, then the quota, then the place', async () => {
  const { a, intake, review, site, platform } = await openTestRequests({ hostVcpus: 8, quotaVcpus: 4 })
  const request = await intake.submit(operator, a.need('vm', 9))
  await site.updatePlatform(operator, { ...platform, levels: [3] })
  const { obstacles, preview } = await review(request.requestId)
  expect(obstacles.map(({ code }) => code)).toEqual(['request/level-not-carried', 'quota/short', 'pool/short'])
  expect(preview.chosen).toBe(null)
})
