import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { Vm, VmAction } from '#contract/vms.ts'
import { startLab, type Lab, type LabHost } from '#lab/index.ts'
import { countConnections, defineStranger, domainState } from './judge.ts'
import {
  addPlatform,
  eventually,
  openTestSite,
  POLL_INTERVAL_MS,
  refusal,
  restingJob,
  type TestSite,
} from './test-site.ts'

const SHUTDOWN_MS = 4_000
const REBOOT_MS = 4_000
/** What the console owes: a change shows a poll interval and 2 s later at most. */
const SHOWN_WITHIN_MS = POLL_INTERVAL_MS + 2_000
const [ON, OFF] = ['hv01-vm1', 'hv01-vm2']

let lab: Lab
let host: LabHost
let site: TestSite
let counting: ReturnType<typeof countConnections>
let justBefore: ((step: string) => Promise<void>) | undefined
beforeAll(async () => {
  lab = await startLab({ hosts: 1, guests: 2, runningGuests: 1 })
  host = lab.host(0)
  site = await openTestSite({
    patience: { actsMs: { shutdown: SHUTDOWN_MS, reboot: REBOOT_MS } },
    onBoundary: async ({ step, at }) => {
      if (at === 'before') await justBefore?.(step)
    },
  })
  counting = countConnections(host)
  await addPlatform(site, [host])
})
afterAll(async () => {
  await site.close()
  await lab.stop()
  expect(site.bugs).toEqual([])
})

function shown(name: string): Vm {
  const vm = site.core.fleet.vms.rows().find(each => each.name === name)
  if (!vm) throw new Error(`${name} is not shown`)
  return vm
}
const isVerifying = (jobId: string): boolean =>
  site.core.jobBoard.get(jobId)?.steps.some(step => step.name === 'verify' && step.state === 'running') ?? false
const act = async (name: string, action: VmAction, reason = '例行维护') =>
  await site.as('operator').vms.act({ vmId: shown(name).vmId, action, reason })

test('a machine is started by a job that names its author and reason and is audited', async () => {
  const { jobId } = await act(OFF, 'start', '业务恢复')
  const job = await restingJob(site, jobId)
  expect(job).toMatchObject({ kind: 'vm.start', state: 'done', author: 'operator', reason: '业务恢复', vmName: OFF })
  expect(job.steps.map(({ name, state }) => `${name} ${state}`)).toEqual(['start done', 'verify done'])
  expect(await domainState(host, OFF)).toBe('running')
  expect(shown(OFF)).toMatchObject({ state: 'running', jobId: null })
  const { entries } = await site.as('auditor').audit.list({ limit: 5 })
  expect(entries.map(({ actor, action, reason, subjectName }) => [actor, action, reason, subjectName])).toEqual(
    expect.arrayContaining([
      ['operator', 'vms.act', '业务恢复', OFF],
      ['operator', 'jobs.done', null, OFF],
    ]),
  )
})

test('an act that the state forbids is refused with the state', async () => {
  expect(await refusal(act(ON, 'start'))).toEqual({
    code: 'vm/wrong-state',
    data: { state: 'running', action: 'start' },
  })
  expect(await domainState(host, ON)).toBe('running')
})

test('an act by someone who is no operator is refused', async () => {
  const call = site.as('approver').vms.act({ vmId: shown(ON).vmId, action: 'force-off', reason: '越权操作' })
  expect((await refusal(call)).code).toBe('session/not-allowed')
})

test('a guest that ignores the request to shut down is said to be still running after the deadline', async () => {
  const { jobId } = await act(ON, 'shutdown')
  await eventually(() => shown(ON).jobId === jobId, 1_000)
  expect(await refusal(act(ON, 'reboot'))).toEqual({ code: 'vm/busy', data: { jobId } })
  const job = await restingJob(site, jobId)
  expect(job).toMatchObject({ state: 'failed', fault: { code: 'vm/still-running' } })
  expect(job.steps.map(({ name, state }) => `${name} ${state}`)).toEqual(['shutdown done', 'verify failed'])
  const waitedMs = Number(job.fault?.data['waitedMs'])
  expect(waitedMs).toBeGreaterThan(SHUTDOWN_MS)
  expect(waitedMs).toBeLessThan(SHUTDOWN_MS + 2_000)
  expect(await domainState(host, ON)).toBe('running')
  expect(shown(ON).jobId).toBeNull()
})

test('a reboot that the guest carries out is done once libvirt tells so, and the machine stays the same run', async () => {
  const before = await host.virsh(`domid ${ON}`)
  const { jobId } = await act(ON, 'reboot')
  await eventually(() => isVerifying(jobId), 5_000)
  // The lab's guest has no system that would listen; a reset is what libvirt does at the end of a reboot.
  await host.virsh(`reset ${ON}`)
  const job = await restingJob(site, jobId)
  expect(job).toMatchObject({ kind: 'vm.reboot', state: 'done' })
  expect(await domainState(host, ON)).toBe('running')
  expect(await host.virsh(`domid ${ON}`)).toEqual(before)
})

test('a guest that ignores the request to reboot is told apart from one that rebooted', async () => {
  const job = await restingJob(site, (await act(ON, 'reboot')).jobId)
  expect(job).toMatchObject({ state: 'failed', fault: { code: 'vm/did-not-reboot' } })
  expect(Number(job.fault?.data['waitedMs'])).toBeGreaterThan(REBOOT_MS)
  expect(await domainState(host, ON)).toBe('running')
})

test('a reboot during which the connection was lost says that it does not know', async () => {
  const { jobId } = await act(ON, 'reboot')
  await eventually(() => isVerifying(jobId), 5_000)
  await host.killSshd()
  await host.startSshd()
  const job = await restingJob(site, jobId)
  expect(job).toMatchObject({ state: 'failed', fault: { code: 'vm/reboot-unknown' } })
  expect(job.steps.map(({ name, state }) => `${name} ${state}`)).toEqual(['reboot done', 'verify unknown'])
})

test('a machine whose shutdown hangs is forced off at once, and the shutdown says what became of it', async () => {
  await eventually(() => shown(ON).isKnown, 20_000)
  const waiting = await act(ON, 'shutdown', '计划维护')
  await eventually(() => isVerifying(waiting.jobId), 5_000)
  const startedAt = performance.now()
  const off = await restingJob(site, (await act(ON, 'force-off', '关机信号无效')).jobId)
  process.stdout.write(`force-off during a shutdown: ${Math.round(performance.now() - startedAt)} ms\n`)
  expect(off.state).toBe('done')
  expect(await domainState(host, ON)).toBe('shut off')
  const fault = { code: 'job/superseded', data: { jobId: off.jobId } }
  expect(site.core.jobBoard.get(waiting.jobId)).toMatchObject({ state: 'superseded', fault })
  const { entries } = await site.as('auditor').audit.list({ limit: 5, action: 'jobs.superseded' })
  expect(entries).toMatchObject([{ actor: 'operator', reason: '关机信号无效', data: { jobId: waiting.jobId } }])
  expect(await site.core.store.locks.list()).toEqual([])
  await host.virsh(`start ${ON}`)
  await eventually(() => shown(ON).state === 'running', SHOWN_WITHIN_MS)
})

test('a machine is forced off, and then cannot be shut down', async () => {
  const job = await restingJob(site, (await act(ON, 'force-off')).jobId)
  expect(job.state).toBe('done')
  expect(await domainState(host, ON)).toBe('shut off')
  expect(shown(ON).state).toBe('shutoff')
  expect(await refusal(act(ON, 'shutdown'))).toEqual({
    code: 'vm/wrong-state',
    data: { state: 'shutoff', action: 'shutdown' },
  })
})

test('an act on a machine that is taken away just before the call fails by saying so', async () => {
  await defineStranger(host, 'gone')
  await eventually(() => site.core.fleet.vms.rows().some(vm => vm.name === 'gone'), SHOWN_WITHIN_MS)
  justBefore = async step => {
    if (step === 'start') await host.virsh('undefine gone')
  }
  onTestFinished(() => (justBefore = undefined))
  const { uuid } = shown('gone')
  const job = await restingJob(site, (await act('gone', 'start')).jobId)
  expect(job).toMatchObject({ state: 'failed', fault: { code: 'vm/not-found', data: { vm: uuid } } })
  expect(job.steps.map(({ state }) => state)).toEqual(['failed', 'waiting'])
})

test('what virsh does beside the console shows within the poll interval and 2 s', async () => {
  const shows = async (command: string, state: Vm['state']) => {
    await host.virsh(`${command} ${ON}`)
    return await eventually(() => shown(ON).state === state, SHOWN_WITHIN_MS)
  }
  const tookMs = [
    await shows('start', 'running'),
    await shows('suspend', 'paused'),
    await shows('resume', 'running'),
    await shows('destroy', 'shutoff'),
  ]
  process.stdout.write(`virsh to the board: ${tookMs.join(', ')} ms\n`)
})

test('what happened while libvirtd was away shows once it is back', async () => {
  await host.virsh(`start ${ON}`)
  await eventually(() => shown(ON).state === 'running', SHOWN_WITHIN_MS)
  await host.killLibvirtd()
  await eventually(() => !shown(ON).isKnown, SHOWN_WITHIN_MS)
  expect(shown(ON).state).toBe('running')
  await host.exec(`kill -9 $(cat /run/libvirt/qemu/${ON}.pid)`)
  await host.startLibvirtd()
  await eventually(() => shown(ON).isKnown && shown(ON).state === 'shutoff', 15_000)
})

test('all of this took one SSH connection at a time, counted at the server', async () => {
  const { most, looks } = await counting.stop()
  expect(looks).toBeGreaterThan(20)
  expect(most).toBe(1)
})
