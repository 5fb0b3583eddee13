import { expect, onTestFinished, test } from 'vitest'
import { AppError } from '#contract/errors.ts'
import { manualClock } from '#lib/manual-clock.ts'
import { openTestStore } from '#store/testing.ts'
import { Machine, openWork, wanted } from './testing-jobs.ts'

async function open(machine = new Machine()) {
  const store = await openTestStore({ clock: manualClock() })
  const work = await openWork(store, machine)
  onTestFinished(() => work.jobs.close())
  const actions = async () => (await store.audit.list({ limit: 50 })).entries.map(entry => entry.action).reverse()
  return { ...work, store, machine, actions }
}

const kind = (action: 'start' | 'shutdown' | 'reboot' | 'force-off', vm = 'vm') =>
  wanted(vm, { kind: `vm.${action}`, reason: action })
const never = new Promise<void>(() => undefined)

/** A shutdown that its guest does not answer. */
async function openWaiting() {
  const machine = new Machine()
  machine.waits.set('shutdown vm', never)
  const work = await open(machine)
  const waiting = await work.start(kind('shutdown'))
  await expect.poll(() => machine.calls).toEqual(['shutdown'])
  return { ...work, waiting }
}

test('a job that waits for a guest gives its VM up to a force-off, in one commit that says who took it and why', async () => {
  const { start, ended, jobs, waiting, store, seen, actions } = await openWaiting()
  const off = await start(kind('force-off'))
  await ended(off.jobId, 'done')
  const before = await jobs.find(waiting.jobId)
  const fault = { code: 'job/superseded', data: { jobId: off.jobId } }
  expect(before).toMatchObject({ state: 'superseded', fault, steps: [{ state: 'failed', fault }] })
  expect(before.endedAt).toBe(off.createdAt)
  expect(seen.find(job => job.jobId === off.jobId)?.state).toBe('queued')
  expect(await store.locks.count()).toBe(0)
  expect(await actions()).toEqual(['vms.act', 'jobs.superseded', 'vms.act', 'jobs.done', 'settled.done'])
  const { entries } = await store.audit.list({ limit: 9, action: 'jobs.superseded' })
  expect(entries).toMatchObject([{ actor: 'duty', reason: 'force-off', data: { jobId: waiting.jobId } }])
})

test('of two force-offs at once one takes the VM over, and the other is told which', async () => {
  const { start, jobs, waiting, machine } = await openWaiting()
  machine.waits.set('force-off vm', never)
  const outcomes = await Promise.allSettled([start(kind('force-off')), start(kind('force-off'))])
  const [taken] = outcomes.flatMap(each => (each.status === 'fulfilled' ? [each.value] : []))
  const refused = outcomes.flatMap(each => (each.status === 'rejected' ? [each.reason as unknown] : []))
  expect(refused).toEqual([new AppError('vm/busy', { jobId: taken?.jobId ?? waiting.jobId })])
  expect((await jobs.find(waiting.jobId)).state).toBe('superseded')
})

test('a waiting job gives way to nothing else, and nothing but a waiting one gives way', async () => {
  const { start, jobs, waiting, machine } = await openWaiting()
  for (const action of ['start', 'shutdown', 'reboot'] as const)
    await expect(start(kind(action))).rejects.toEqual(new AppError('vm/busy', { jobId: waiting.jobId }))
  expect((await jobs.find(waiting.jobId)).state).toBe('running')
  machine.waits.set('start other', never)
  const starting = await start(kind('start', 'other'))
  await expect(start(kind('force-off', 'other'))).rejects.toEqual(new AppError('vm/busy', { jobId: starting.jobId }))
})

test('a takeover that cannot be committed leaves the waiting job at work', async () => {
  const { ended, waiting, machine, jobs } = await openWaiting()
  machine.waits.delete('shutdown vm')
  const failing = jobs.enqueue(kind('force-off'), () => {
    throw new Error('cannot be committed')
  })
  await expect(failing).rejects.toThrow('cannot be committed')
  await ended(waiting.jobId, 'done')
  expect((await jobs.recent(0, 9)).map(job => job.kind)).toEqual(['vm.shutdown'])
})

test('a takeover may come as the guest goes off by itself', async () => {
  const machine = new Machine()
  const gate = Promise.withResolvers<void>()
  machine.waits.set('shutdown vm', gate.promise)
  const { start, ended } = await open(machine)
  const waiting = await start(kind('shutdown'))
  await expect.poll(() => machine.calls).toEqual(['shutdown'])
  gate.resolve()
  await ended(waiting.jobId, 'done')
  await ended((await start(kind('force-off'))).jobId, 'done')
})

test('guests that do not answer hold up no other job of their host', async () => {
  const machine = new Machine()
  const { start, ended } = await open(machine)
  for (let number = 0; number < 6; number++) {
    machine.waits.set(`shutdown vm${number}`, never)
    await start(kind('shutdown', `vm${number}`))
  }
  await ended((await start(kind('start', 'other'))).jobId, 'done')
  await ended((await start(kind('force-off', 'vm5'))).jobId, 'done')
})
