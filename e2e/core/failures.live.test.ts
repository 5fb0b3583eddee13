import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { HostId } from '#contract/ids.ts'
import type { Host } from '#contract/hosts.ts'
import type { Job } from '#contract/jobs.ts'
import type { Request } from '#contract/requests.ts'
import { startLab, type Lab, type LabHost } from '#lab/index.ts'
import { countConnections, defineStranger, domains, domainState, volumes } from './judge.ts'
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

/** Hosts come back within this, by themselves: a back-off of seconds, then connecting. */
const BACK_WITHIN_MS = 20_000

let lab: Lab
let site: TestSite
let hosts: readonly [LabHost, LabHost]
let hostIds: readonly HostId[]
let tenant: Awaited<ReturnType<typeof addTenant>>
let counting: readonly ReturnType<typeof countConnections>[]
/** What happens to the host of a job just before a step of it; at most once. */
let mishap: { readonly vmName: string; readonly step: string; readonly strike: () => Promise<unknown> } | undefined

beforeAll(async () => {
  lab = await startLab({ hosts: 2, guests: 1, smallPoolMib: 128 })
  hosts = [lab.host(0), lab.host(1)]
  const patience = { linkMs: 3_000, actsMs: { start: 3_000 }, lateMs: 1_000 }
  const strike = async (jobId: string, step: string): Promise<void> => {
    const due = mishap
    if (due?.step !== step || site.core.jobBoard.get(jobId)?.vmName !== due.vmName) return
    mishap = undefined
    await due.strike()
  }
  site = await openTestSite({
    patience,
    onBoundary: ({ jobId, step, at }) => (at === 'before' ? strike(jobId, step) : undefined),
  })
  counting = hosts.map(countConnections)
  const platform = await addPlatform(site, hosts)
  hostIds = platform.hostIds
  tenant = await addTenant(site, platform.platformId)
})
afterAll(async () => {
  await site.close()
  await lab.stop()
  expect(site.bugs).toEqual([])
})
beforeEach(() => void (mishap = undefined))

const rowOf = (index: number): Host => site.core.fleet.hosts.get(hostIds[index] ?? '') as Host
const isUp = (index: number) => () => rowOf(index).state === 'up'
const requestOf = (job: Job): Request => site.core.requestBoard.get(job.requestId ?? '') as Request
const stepsOf = (job: Job) => job.steps.map(({ name, state }) => `${name} ${state}`)

/** Has a machine approved for a host; the job that makes it. */
async function approve(vmName: string, index = 0, request?: Request): Promise<string> {
  const { requestId, version } =
    request ?? (await site.as('operator').requests.submit({ ...tenant.need(vmName), diskBytes: 4 * MIB }))
  const decision = { requestId, version, hostId: hostIds[index] ?? null, remark: null }
  const { jobId } = await site.as('approver').requests.approve(decision)
  return jobId ?? ''
}
const make = async (vmName: string, index = 0, request?: Request): Promise<Job> =>
  await restingJob(site, await approve(vmName, index, request))

/** No trace of a machine on its host or in the books, and its request waits for the officer with the cause. */
async function expectNothingLeft(job: Job, host: LabHost): Promise<void> {
  expect((await domains(host)).filter(name => name === job.vmName)).toEqual([])
  expect((await volumes(host)).filter(name => name.startsWith(job.vmName))).toEqual([])
  expect(await host.exec(`ls /var/lib/libvirt/images | grep -c '^${job.vmName}' || true`)).toBe('0\n')
  const grants = (await site.as('operator').requests.grants({})).filter(grant => grant.vmId === job.vmId)
  expect(grants.map(grant => grant.state)).toEqual(['released'])
  expect(await site.core.store.locks.list()).toEqual([])
  await eventually(() => requestOf(job).state === 'failed', 2_000)
  expect(requestOf(job).fault).toEqual(job.fault)
}

/** Keeps what a job has defined, for later, and has its start fail: the disk is gone. */
async function keepDefinition(host: LabHost, name: string): Promise<void> {
  await host.exec(`virsh -c ${host.localUri} dumpxml ${name} >/tmp/late.xml`)
  const [disk = ''] = (await volumes(host)).filter(each => each.startsWith(name))
  await host.virsh(`vol-delete ${disk} --pool default`)
}

describe('a machine that cannot be made', () => {
  test('because its pool has filled up leaves nothing behind and says libvirt’s words; emptied, the pool takes it', async () => {
    const [host] = hosts
    mishap = { vmName: 'no-room', step: 'create-volume', strike: () => host.fillPool('default') }
    const job = await make('no-room')
    expect(stepsOf(job).slice(0, 3)).toEqual(['check done', 'create-volume undone', 'define waiting'])
    expect(job).toMatchObject({ state: 'undone', fault: { code: 'libvirt/failed' } })
    expect(job.fault?.data['message']).toMatch(/No space left on device/)
    await expectNothingLeft(job, host)
    await eventually(() => site.core.fleet.alerts().some(alert => alert.fault.code === 'alert/pool-full'), 5_000)

    await host.drainPool('default')
    await eventually(() => (rowOf(0).pools[0]?.freeBytes ?? 0) > 32 * MIB, 5_000)
    expect((await make('no-room', 0, requestOf(job))).state).toBe('done')
    expect(await domainState(host, 'no-room')).toBe('running')
    await host.virsh('destroy no-room')
  })

  test('because its name is taken leaves the other one alone, and a request beside it is not held up', async () => {
    const [host] = hosts
    await defineStranger(host, 'taken')
    const [job, beside] = await Promise.all([make('taken'), make('beside')])
    expect(job).toMatchObject({ state: 'undone', fault: { code: 'libvirt/failed' } })
    expect(job.fault?.data['message']).toMatch(/domain 'taken' already exists with uuid/)
    expect(beside.state).toBe('done')
    expect(await domainState(host, 'taken')).toBe('shut off')
    await host.virsh('undefine taken')
    await expectNothingLeft(job, host)
    await host.virsh('destroy beside')
  })

  test('because its name is taken at the last moment gives its volume back and leaves the other one alone', async () => {
    const [host] = hosts
    mishap = { vmName: 'snatched', step: 'define', strike: () => defineStranger(host, 'snatched') }
    const job = await make('snatched')
    expect(stepsOf(job).slice(0, 4)).toEqual(['check done', 'create-volume undone', 'define undone', 'start waiting'])
    expect(job.fault?.data['message']).toMatch(/domain 'snatched' already exists with uuid/)
    expect(await domainState(host, 'snatched')).toBe('shut off')
    await host.virsh('undefine snatched')
    await expectNothingLeft(job, host)
  })
})

describe('a libvirtd that freezes in the middle of a job', () => {
  test('leaves it stuck while another host’s job is done; thawed, a person has it taken back', async () => {
    const [host, other] = hosts
    mishap = { vmName: 'frozen', step: 'define', strike: () => host.freezeLibvirtd() }
    const jobId = await approve('frozen')
    await eventually(() => mishap === undefined, 10_000)
    const elsewhere = await make('elsewhere', 1)
    expect([elsewhere.state, site.core.jobBoard.get(jobId)?.state]).toEqual(['done', 'running'])
    const tookMs = (elsewhere.endedAt ?? 0) - elsewhere.createdAt
    process.stdout.write(`a job on another host while one hangs: ${tookMs} ms\n`)
    expect(tookMs).toBeLessThan(10_000)
    await other.virsh('destroy elsewhere')

    const stuck = await restingJob(site, jobId)
    expect(stuck.state).toBe('stuck')
    expect(stepsOf(stuck).slice(0, 4)).toEqual(['check done', 'create-volume done', 'define unknown', 'start waiting'])
    expect(['host/silent', 'host/lost']).toContain(stuck.fault?.code)
    expect(rowOf(0)).toMatchObject({ state: 'silent' })
    expect(await site.core.store.locks.list()).toHaveLength(1)

    await host.thawLibvirtd()
    await eventually(isUp(0), BACK_WITHIN_MS)
    await site.as('operator').jobs.undo({ jobId, reason: '主机恢复后回退' })
    await eventually(() => site.core.jobBoard.get(jobId)?.state === 'undone', 15_000)
    await expectNothingLeft(site.core.jobBoard.get(jobId) as Job, host)
    const { entries } = await site.as('auditor').audit.list({ limit: 20, action: 'jobs.undo' })
    expect(entries).toMatchObject([{ actor: 'operator', reason: '主机恢复后回退', data: { jobId } }])
  })

  test('leaves it stuck; thawed, a person has it go on, and the machine runs once', async () => {
    const [host] = hosts
    mishap = { vmName: 'resumed', step: 'start', strike: () => host.freezeLibvirtd() }
    const jobId = await approve('resumed')
    const stuck = await restingJob(site, jobId)
    expect(stuck.state).toBe('stuck')
    await host.thawLibvirtd()
    await eventually(isUp(0), BACK_WITHIN_MS)
    await site.as('operator').jobs.resume({ jobId, reason: '主机恢复后继续' })
    await eventually(() => site.core.jobBoard.get(jobId)?.state === 'done', 20_000)
    expect(await domainState(host, 'resumed')).toBe('running')
    expect((await volumes(host)).filter(name => name.startsWith('resumed'))).toHaveLength(1)
    expect(await site.core.store.locks.list()).toEqual([])
    await host.virsh('destroy resumed')
  })
})

test.each(['define', 'start', 'record'])(
  'a connection that is lost under %s takes nothing back: the host is asked what exists, and the machine runs once',
  async step => {
    const [host] = hosts
    const vmName = `cut-off-${step}`
    const strike = async () => {
      await host.killSshd()
      await host.startSshd()
    }
    await eventually(isUp(0), BACK_WITHIN_MS)
    mishap = { vmName, step, strike }
    const job = await make(vmName)
    expect(job).toMatchObject({ state: 'done', fault: null })
    expect(await domainState(host, vmName)).toBe('running')
    expect((await volumes(host)).filter(name => name.startsWith(vmName))).toHaveLength(1)
    expect(await site.core.store.locks.list()).toEqual([])
    await host.virsh(`destroy ${vmName}`)
  },
)

test('a machine that a host makes after its job was taken back is found and named, until somebody is said to hold it', async () => {
  const [host] = hosts
  await eventually(isUp(0), BACK_WITHIN_MS)
  mishap = { vmName: 'late', step: 'start', strike: () => keepDefinition(host, 'late') }
  const job = await make('late')
  expect(job.state).toBe('undone')
  const strays = () => site.core.fleet.alerts().filter(alert => alert.fault.code === 'alert/vms-stray')
  expect(strays()).toEqual([])
  await host.virsh('define /tmp/late.xml')
  await eventually(() => strays().length === 1, 5_000)
  expect(strays()).toMatchObject([{ vmId: job.vmId, fault: { data: { machines: 1, names: ['late'] } } }])
  const machines = [{ vmId: job.vmId, applicationId: tenant.applicationId }]
  await site.as('operator').requests.adopt({ machines, reason: '任务残留，核对后归还部门' })
  await eventually(() => strays().length === 0, 5_000)
  await host.virsh('undefine late')
  await host.exec('rm /tmp/late.xml')
})

test('a host that cannot be reached is unknown with its last state and age, never off, and comes back by itself', async () => {
  const [host] = hosts
  const guest = () => site.core.fleet.vms.rows().find(vm => vm.name === 'hv01-vm1')
  await eventually(() => isUp(0)() && rowOf(0).vmsRunning === 1, BACK_WITHIN_MS)
  await host.killSshd()
  await eventually(() => rowOf(0).state === 'silent', 5_000)
  expect(guest()).toMatchObject({ isKnown: false, state: 'running' })
  expect(Date.now() - (guest()?.seenAt ?? 0)).toBeLessThan(10_000)
  expect(rowOf(0)).toMatchObject({ vmsRunning: 1, seenAt: expect.any(Number) as number })
  await eventually(() => rowOf(0).fault?.code === 'host/refused', 5_000)
  const alerts = site.core.fleet.alerts().filter(alert => alert.hostId === hostIds[0])
  expect(alerts.map(({ vmId, severity }) => ({ vmId, severity }))).toEqual([{ vmId: null, severity: 'critical' }])
  const act = { vmId: guest()?.vmId ?? ('' as never), action: 'force-off' as const, reason: '不应执行' }
  expect((await refusal(site.as('operator').vms.act(act))).code).toBe('host/not-connected')
  const request = await site.as('operator').requests.submit(tenant.need('unreachable'))
  const { preview } = await site.as('approver').requests.review({ requestId: request.requestId })
  const verdict = preview.hosts.find(each => each.hostId === hostIds[0])
  expect(verdict?.rules.filter(rule => !rule.isMet).map(({ rule }) => rule)).toContain('reachable')
  await host.startSshd()
  process.stdout.write(`back after sshd: ${await eventually(isUp(0), BACK_WITHIN_MS)} ms\n`)
  expect(guest()).toMatchObject({ isKnown: true, state: 'running' })
})

test('a changed host key blocks the host with both fingerprints until a named person trusts it for a reason', async () => {
  const [host] = hosts
  const expected = host.hostKeyFingerprint
  await host.changeHostKey()
  const offered = host.hostKeyFingerprint
  await eventually(() => rowOf(0).state === 'blocked', 10_000)
  expect(rowOf(0).fault).toMatchObject({ code: 'host/key-changed', data: { expected, offered } })
  await site.as('operator').hosts.retry({ hostId: rowOf(0).hostId })
  await eventually(() => rowOf(0).state === 'blocked', 10_000)

  const trust = { hostId: rowOf(0).hostId, fingerprint: offered, reason: '主机重装，指纹已当面核对' }
  expect((await refusal(site.as('operator').hosts.trustKey(trust))).code).toBe('session/not-allowed')
  expect(rowOf(0).state).toBe('blocked')
  await site.as('administrator').hosts.trustKey(trust)
  await eventually(isUp(0), BACK_WITHIN_MS)
  const { entries } = await site.as('auditor').audit.list({ limit: 5, action: 'hosts.trustKey' })
  expect(entries).toMatchObject([
    { actor: 'administrator', reason: trust.reason, data: { expected, accepted: offered } },
  ])
})

test('after all of this the audit is whole, and nobody had more than one SSH connection to a host', async () => {
  expect(await site.as('auditor').audit.verify({})).toMatchObject({ isWhole: true })
  for (const { stop } of counting) expect((await stop()).most).toBe(1)
})
