import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Job } from '#contract/jobs.ts'
import type { Request } from '#contract/requests.ts'
import { startLab, type Lab, type LabHost } from '#lab/index.ts'
import { countConnections, domains, domainState, imageInfo, virshRecord, volumes } from './judge.ts'
import {
  addPlatform,
  addTenant,
  eventually,
  MIB,
  openTestSite,
  refusal,
  restingJob,
  type TestSite,
} from './test-site.ts'

let lab: Lab
let site: TestSite
let hosts: readonly LabHost[]
let platform: Awaited<ReturnType<typeof addPlatform>>
let tenant: Awaited<ReturnType<typeof addTenant>>
let counting: ReturnType<typeof countConnections>[]
beforeAll(async () => {
  lab = await startLab({ hosts: 3 })
  hosts = lab.hosts
  site = await openTestSite()
  counting = hosts.map(countConnections)
  platform = await addPlatform(site, hosts.slice(0, 2))
  tenant = await addTenant(site, platform.platformId)
})
afterAll(async () => {
  await site.close()
  await lab.stop()
  expect(site.bugs).toEqual([])
})

const hostNamed = (name: string): LabHost => {
  const host = hosts.find(each => each.name === name)
  if (!host) throw new Error(`no host ${name}`)
  return host
}
const submit = (need: Parameters<ReturnType<TestSite['as']>['requests']['submit']>[0]) =>
  site.as('operator').requests.submit(need)

/** Approves what the review proposes; the job that it started, ended. */
async function approve(request: Request): Promise<Job> {
  const { preview } = await site.as('approver').requests.review({ requestId: request.requestId })
  const { requestId, version } = request
  const approved = await site
    .as('approver')
    .requests.approve({ requestId, version, hostId: preview.chosen, remark: null })
  return await ended(approved.jobId)
}
const ended = (jobId: string | null): Promise<Job> => restingJob(site, jobId)

test('a request that another person approves becomes a running machine of the size that was asked for', async () => {
  const need = tenant.need('web-01', { vcpus: 2, network: 'default' })
  const request = await submit(need)
  expect(request).toMatchObject({ state: 'submitted', enteredByName: 'operator', vmName: 'web-01' })

  const review = await site.as('approver').requests.review({ requestId: request.requestId })
  expect(review.obstacles).toEqual([])
  expect(review.quota).toMatchObject({ used: { vcpus: 0 }, after: { vcpus: 2, memoryBytes: 64 * MIB } })
  const proposed = review.preview.hosts.find(each => each.hostId === review.preview.chosen)

  const startedAt = performance.now()
  const { requestId, version } = request
  const decision = { requestId, version, hostId: review.preview.chosen, remark: '同意' }
  const approved = await site.as('approver').requests.approve(decision)
  expect(approved).toMatchObject({ state: 'allocating', hostId: review.preview.chosen })
  const host = hostNamed(proposed?.hostName ?? '')
  await eventually(async () => (await domainState(host, 'web-01')) === 'running', 30_000)
  const runningMs = Math.round(performance.now() - startedAt)
  const job = await ended(approved.jobId)
  const { reason, hostName, author, state, startedAt: jobStartedAt, endedAt } = job
  expect({ reason, hostName, author, state }).toEqual({
    reason: '同意',
    hostName: host.name,
    author: 'approver',
    state: 'done',
  })
  process.stdout.write(`approval to running by virsh ${runningMs} ms, job ${(endedAt ?? 0) - (jobStartedAt ?? 0)} ms\n`)

  await theMachineIsAsAsked(host, job)
  await theBooksSaySo(request, job)
})

async function theMachineIsAsAsked(host: LabHost, job: Job): Promise<void> {
  const info = await virshRecord(host, 'dominfo web-01')
  expect([info['State'], info['CPU(s)'], info['Max memory']]).toEqual(['running', '2', `${64 * 1024} KiB`])
  expect(`${job.vmId}`.endsWith(info['UUID'] ?? '?')).toBe(true)
  const [, kind, source] = (await host.virsh('domiflist web-01'))[0]?.split(/\s+/) ?? []
  expect([kind, source]).toEqual(['network', 'default'])
  const [grant] = await site.as('operator').requests.grants({})
  const xml = (await host.virsh('dumpxml web-01')).join('\n')
  const mark = /<yunlong:vm [^>]*>/.exec(xml)?.[0]
  expect(mark).toContain(`job="${job.jobId}"`)
  expect(mark).toContain(`grant="${grant?.grantId}"`)
  expect(mark).toContain(`department="${tenant.departmentId}" application="${tenant.applicationId}"`)
  const [volume = '', ...others] = await volumes(host)
  expect(others).toEqual([])
  expect(await imageInfo(host, volume)).toMatchObject({ format: 'qcow2', 'virtual-size': 32 * MIB })
  expect(xml).toContain(`/${volume}'`)
}

async function theBooksSaySo(request: Request, job: Job): Promise<void> {
  const grants = await site.as('operator').requests.grants({})
  const amounts = { vcpus: 2, memoryBytes: 64 * MIB, storageBytes: 32 * MIB }
  expect(grants).toMatchObject([{ requestId: request.requestId, vmId: job.vmId, state: 'active', amounts }])
  expect(await tenant.used()).toEqual(amounts)
  await eventually(() => site.core.requestBoard.get(request.requestId)?.state === 'granted', 2_000)
  const shown = site.core.requestBoard.get(request.requestId)
  expect(shown?.history.map(({ by, action }) => `${by} ${action}`)).toEqual([
    ...['operator submitted', 'approver approved', `${shown?.history.at(-1)?.by} granted`],
  ])
  await eventually(() => site.core.fleet.vms.get(job.vmId)?.state === 'running', 2_000)
  expect(site.core.fleet.vms.get(job.vmId)).toMatchObject({
    departmentId: tenant.departmentId,
    applicationId: tenant.applicationId,
    jobId: null,
  })
  const { entries } = await site.as('auditor').audit.list({ limit: 10, search: 'web-01' })
  const decision = entries.find(entry => entry.action === 'requests.approve')
  expect(decision).toMatchObject({ actor: 'approver', reason: '同意', data: { host: job.hostName, jobId: job.jobId } })
  expect(entries.map(entry => entry.action)).toEqual(
    expect.arrayContaining(['requests.submit', 'requests.approve', 'jobs.done', 'requests.granted']),
  )
  expect(await site.as('auditor').audit.verify({})).toMatchObject({ isWhole: true })
}

test('a machine that is looked at again and again while it changes never loses its mark', async () => {
  const vm = site.core.fleet.vms.rows().find(each => each.name === 'web-01')
  if (!vm) throw new Error('web-01 is not shown')
  const host = hostNamed(vm.hostName)
  let isOver = false
  const looking = (async () => {
    const marks: (string | null | undefined)[] = []
    while (!isOver) marks.push((await site.core.fleet.link(vm.hostId).findVm(vm.uuid))?.mark?.departmentId)
    return marks
  })()
  for (let round = 0; round < 10; round++) await host.virsh(['suspend web-01; resume web-01'])
  isOver = true
  const marks = await looking
  expect(marks.length).toBeGreaterThan(10)
  expect(new Set(marks)).toEqual(new Set([tenant.departmentId]))
})

test('each of several machines is made on the host that its preview proposed', async () => {
  const made: { readonly proposed: string | undefined; readonly vmName: string; readonly jobId: string | null }[] = []
  for (const vmName of ['spread-1', 'spread-2', 'spread-3']) {
    const { requestId, version } = await submit(tenant.need(vmName))
    const { preview } = await site.as('approver').requests.review({ requestId })
    const decision = { requestId, version, hostId: preview.chosen, remark: null }
    const { jobId } = await site.as('approver').requests.approve(decision)
    made.push({ proposed: preview.hosts.find(each => each.hostId === preview.chosen)?.hostName, vmName, jobId })
  }
  for (const { proposed, vmName, jobId } of made) {
    expect((await ended(jobId)).state).toBe('done')
    expect(await domainState(hostNamed(proposed ?? ''), vmName)).toBe('running')
  }
  const places = await Promise.all(hosts.map(async host => (await domains(host)).filter(each => /^spread/.test(each))))
  expect(places.flat().sort()).toEqual(['spread-1', 'spread-2', 'spread-3'])
  // A lab host has few ports for consoles.
  for (const { proposed, vmName } of made) await hostNamed(proposed ?? '').virsh(`destroy ${vmName}`)
})

test('the preview says of a host without the network that this is why not, and the machine goes to the other', async () => {
  const [without, other] = hosts as [LabHost, LabHost]
  await without.virsh('net-destroy default')
  await site.core.fleet.refresh(platform.hostIds[0] ?? ('' as never))
  const request = await submit(tenant.need('netted', { network: 'default' }))
  const { preview } = await site.as('approver').requests.review({ requestId: request.requestId })
  const verdict = preview.hosts.find(each => each.hostName === without.name)
  expect(verdict?.rules.filter(rule => !rule.isMet)).toMatchObject([{ rule: 'network', detail: 'default' }])
  expect(await approve(request)).toMatchObject({ state: 'done', hostName: other.name })
  await without.virsh('net-start default')
  await site.core.fleet.refresh(platform.hostIds[0] ?? ('' as never))
})

describe('what is refused', () => {
  test('a level that the platform does not carry, with the levels that it does', async () => {
    const { departmentId } = tenant
    const application = { departmentId, name: '四级应用', level: 4 }
    const { applicationId } = await site.as('operator').tenants.createApplication(application)
    const refused = await refusal(submit({ ...tenant.need('too-high'), applicationId, level: 4 }))
    const data = { level: 4, carried: [2, 3], platform: '政务外网区' }
    expect(refused).toEqual({ code: 'request/level-not-carried', data })
  })

  test('a level that a platform no longer carries is an obstacle in the review and refused at approval', async () => {
    const request = await submit(tenant.need('was-fine'))
    const administrator = site.as('administrator').site
    const [before] = (await administrator.platforms({})).filter(each => each.platformId === platform.platformId)
    if (!before) throw new Error('no platform')
    const changed = await administrator.updatePlatform({ ...before, levels: [3] })
    const { requestId, version } = request
    const review = await site.as('approver').requests.review({ requestId })
    expect(review.obstacles[0]).toMatchObject({ code: 'request/level-not-carried', data: { level: 2, carried: [3] } })
    const decision = { requestId, version, hostId: null, remark: null }
    const refused = await refusal(site.as('approver').requests.approve(decision))
    expect(refused).toMatchObject({ code: 'request/level-not-carried', data: { level: 2 } })
    await administrator.updatePlatform({ ...changed, levels: [2, 3] })
  })

  test('the approval of a request by the one who entered it', async () => {
    const { requestId, version } = await site.as('approver').requests.submit(tenant.need('my-own'))
    const decision = { requestId, version, hostId: null, remark: null }
    expect((await refusal(site.as('approver').requests.approve(decision))).code).toBe('request/own')
    expect((await site.as('second-approver').requests.reject({ requestId, version, reason: '重复申请' })).state).toBe(
      'rejected',
    )
  })
})

test('a request that is returned with a reason is sent again, and one that is rejected is final', async () => {
  const need = tenant.need('come-back')
  const { requestId, version } = await submit(need)
  const reason = '请补充用途'
  const returned = await site.as('approver').requests.return({ requestId, version, reason })
  expect(returned).toMatchObject({ state: 'returned', history: [{}, { by: 'approver', action: 'returned', reason }] })
  const again = await site
    .as('operator')
    .requests.resubmit({ ...need, requestId, version: returned.version, purpose: '补充了用途' })
  expect(again).toMatchObject({ state: 'submitted', number: returned.number, purpose: '补充了用途' })
  const rejected = await site.as('approver').requests.reject({ requestId, version: again.version, reason: '不予批准' })
  expect(rejected.state).toBe('rejected')
  const decision = { requestId, version: rejected.version, hostId: null, remark: null }
  expect(await refusal(site.as('approver').requests.approve(decision))).toEqual({
    code: 'request/wrong-state',
    data: { requestId, state: 'rejected', action: 'approve' },
  })
  const { entries } = await site.as('auditor').audit.list({ limit: 10, search: 'come-back' })
  expect(entries.map(({ action, reason: why }) => `${action} ${why}`)).toEqual(
    expect.arrayContaining(['requests.return 请补充用途', 'requests.reject 不予批准']),
  )
})

describe('of two officers at once', () => {
  const both = (requests: readonly Request[]) =>
    Promise.allSettled(
      requests.map(({ requestId, version }, index) =>
        site
          .as(index === 0 ? 'approver' : 'second-approver')
          .requests.approve({ requestId, version, hostId: null, remark: null }),
      ),
    )
  const outcomes = (settled: Awaited<ReturnType<typeof both>>) => ({
    approved: settled.flatMap(each => (each.status === 'fulfilled' ? [each.value] : [])),
    refused: settled.flatMap(each =>
      each.status === 'rejected' ? [each.reason as { code: string; data: object }] : [],
    ),
  })

  test('exactly one gets the last cores of a host, and the other the numbers', async () => {
    const host = hosts[2] as LabHost
    const { platformId } = await addPlatform(site, [host], { name: '独占区', cpuOvercommit: 1 })
    const threads = Number((await virshRecord(host, 'nodeinfo'))['CPU(s)'])
    const guest = await addTenant(site, platformId, 64, '另一部门')
    const requests = await Promise.all(['last-1', 'last-2'].map(name => submit(guest.need(name, { vcpus: threads }))))
    const { approved, refused } = outcomes(await both(requests))
    expect([approved.length, refused.length]).toEqual([1, 1])
    const data = { pool: 'cpu', limit: threads, used: threads, reserved: 0, asked: threads }
    expect(refused).toMatchObject([{ code: 'pool/short', data }])
    expect((await ended(approved[0]?.jobId ?? null)).state).toBe('done')
    expect(await domains(host)).toEqual([approved[0]?.vmName])
    expect((await guest.used())?.vcpus).toBe(threads)
  })

  test('exactly one gets the last of a quota, and the other the four numbers', async () => {
    const guest = await addTenant(site, platform.platformId, 3, '小部门')
    expect((await approve(await submit(guest.need('quota-0')))).state).toBe('done')
    const requests = await Promise.all(['quota-1', 'quota-2'].map(name => submit(guest.need(name, { vcpus: 2 }))))
    const { approved, refused } = outcomes(await both(requests))
    expect([approved.length, refused.length]).toEqual([1, 1])
    expect(refused).toMatchObject([
      { code: 'quota/short', data: { pool: 'cpu', limit: 3, used: 1, reserved: 2, asked: 2 } },
    ])
    expect((await ended(approved[0]?.jobId ?? null)).state).toBe('done')
    expect(await guest.used()).toMatchObject({ vcpus: 3 })
  })

  test('exactly one decides the same request', async () => {
    const request = await submit(tenant.need('one-decision'))
    const { approved, refused } = outcomes(await both([request, request]))
    expect([approved.length, refused.length]).toEqual([1, 1])
    expect(['store/changed-meanwhile', 'request/wrong-state']).toContain(refused[0]?.code)
    await ended(approved[0]?.jobId ?? null)
    const found = await Promise.all(
      hosts.map(async host => (await domains(host)).filter(each => each === 'one-decision')),
    )
    expect(found.flat()).toHaveLength(1)
  })
})

test('all of this took one SSH connection per host, counted at the server', async () => {
  for (const { stop } of counting) {
    const { most, looks } = await stop()
    expect(looks).toBeGreaterThan(10)
    expect(most).toBe(1)
  }
})
