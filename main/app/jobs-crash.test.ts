import { expect, onTestFinished, test } from 'vitest'
import { AppError } from '#contract/errors.ts'
import type { Boundary } from '#core/jobs/index.ts'
import { manualClock } from '#lib/manual-clock.ts'
import type { Write } from '#lib/records.ts'
import { openTestStore } from '#store/testing.ts'
import { actor, Machine, openWork, statesOf, steps, wanted, type Step } from './testing-jobs.ts'

type Crash = { readonly step: Step | 'end'; readonly at: Boundary['at'] }
const boundariesOf = (names: readonly Step[]): Crash[] => [
  ...names.flatMap(step => (['before', 'after', 'committed'] as const).map(at => ({ step, at }))),
  { step: 'end', at: 'before' },
]

/** Lets a job crash at a boundary, then opens the same store anew, as the next start of the core does. */
async function crashAt(crash: Crash, machine: Machine, isThere: () => boolean) {
  const store = await openTestStore({ clock: manualClock() })
  const crashed = Promise.withResolvers<void>()
  const first = await openWork(store, machine, async ({ step, at }) => {
    if (step !== crash.step || at !== crash.at || !isThere()) return
    crashed.resolve()
    // As far as this life of the core is concerned, nothing happens any more.
    await new Promise<void>(() => undefined)
  })
  const { jobId } = await first.start(wanted())
  await crashed.promise
  const second = await openWork(store, machine)
  onTestFinished(() => second.jobs.close())
  await second.jobs.recover()
  const settled = async () =>
    (await store.audit.list({ limit: 50 })).entries.map(each => each.action).filter(each => each.startsWith('settled.'))
  return { ...second, jobId, store, settled }
}

test.each(boundariesOf(steps))('a job that crashes at $step, $at, goes on and is done once', async crash => {
  const machine = new Machine()
  const { jobs, jobId, ended, settled, store } = await crashAt(crash, machine, () => true)
  // Whether a step that is not repeatable was done is for a person to find out.
  if (crash.step === 'define' && crash.at !== 'committed') {
    await ended(jobId, 'stuck')
    await jobs.decide(actor, jobId, 'resume', '已核实')
  }
  await ended(jobId, 'done')
  expect(machine.done).toEqual(steps)
  expect(await settled()).toEqual(['settled.done'])
  expect(await store.locks.count()).toBe(0)
})

test.each(boundariesOf(['define', 'create-volume']))('an undo that crashes at $step, $at, goes on', async crash => {
  const machine = new Machine()
  machine.faults.set('define', new AppError('libvirt/failed', { code: 1, domain: 1, message: 'no' }))
  const isUndoing = () => machine.calls.includes('define')
  const { jobId, ended, settled, store } = await crashAt(crash, machine, isUndoing)
  await ended(jobId, 'undone')
  expect(machine.done).toEqual(['check'])
  expect(await settled()).toEqual(['settled.undone'])
  expect(await store.locks.count()).toBe(0)
})

test('a job that cannot be stored goes on once it can be, without a new start', async () => {
  const clock = manualClock()
  const [machine, store] = [new Machine(), await openTestStore({ clock })]
  machine.isRepeatable = true
  const run = (sql: string) => store.database.commit({ writes: [{ sql, values: [] } as unknown as Write], audit: [] })
  const { start, ended, jobs, bugs } = await openWork(store, machine, async ({ step, at }) => {
    if (step !== 'define' || at !== 'after' || machine.calls.filter(call => call === 'define').length > 1) return
    await run("create trigger no_room before update on jobs begin select raise(abort, 'no room'); end")
  })
  onTestFinished(() => jobs.close())
  const { jobId } = await start()
  await expect.poll(() => bugs).toHaveLength(1)
  expect(statesOf(await jobs.find(jobId))).toEqual(['done', 'done', 'running'])
  await run('drop trigger no_room')
  await clock.advance(30_000)
  await ended(jobId, 'done')
  expect(machine.calls).toEqual([...steps, 'define'])
})

test('a job that is being carried out is not taken up a second time', async () => {
  const machine = new Machine()
  const gate = Promise.withResolvers<void>()
  machine.waits.set('check vm', gate.promise)
  const { start, ended, jobs, bugs } = await openWork(await openTestStore({ clock: manualClock() }), machine)
  onTestFinished(() => jobs.close())
  const { jobId } = await start()
  await expect.poll(() => machine.calls).toEqual(['check'])
  await jobs.recover()
  gate.resolve()
  await ended(jobId, 'done')
  expect(machine.calls).toEqual(steps)
  expect(bugs).toEqual([])
})

test('closing waits for the call that is under way, and begins no other', async () => {
  const machine = new Machine()
  const calling = Promise.withResolvers<void>()
  const answered = Promise.withResolvers<void>()
  const { start, jobs } = await openWork(
    await openTestStore({ clock: manualClock() }),
    machine,
    async ({ step, at }) => {
      if (step !== 'check' || at !== 'after') return
      calling.resolve()
      await answered.promise
    },
  )
  const { jobId } = await start()
  await calling.promise
  const closed = jobs.close()
  answered.resolve()
  await closed
  expect(statesOf(await jobs.find(jobId))).toEqual(['done', 'waiting', 'waiting'])
  expect(machine.calls).toEqual(['check'])
})

test('the core closes while a step only waits, and the next start goes on', async () => {
  const store = await openTestStore({ clock: manualClock() })
  const machine = new Machine()
  machine.waits.set('check vm', new Promise(() => undefined))
  const first = await openWork(store, machine)
  const { jobId } = await first.start()
  await expect.poll(() => machine.calls).toEqual(['check'])
  await first.jobs.close()
  expect((await first.jobs.find(jobId)).steps[0]).toMatchObject({ state: 'running', fault: null })
  const second = await openWork(store, new Machine())
  onTestFinished(() => second.jobs.close())
  await second.jobs.recover()
  await second.ended(jobId, 'done')
})

test('an act that failed just before the core died is not called again', async () => {
  const store = await openTestStore({ clock: manualClock() })
  const machine = new Machine()
  machine.faults.set('reboot', new AppError('libvirt/failed', { code: 1, domain: 1, message: 'no' }))
  const crashed = Promise.withResolvers<void>()
  const first = await openWork(store, machine, async ({ step }) => {
    if (step !== 'end') return
    crashed.resolve()
    await new Promise<void>(() => undefined)
  })
  const { jobId } = await first.start(wanted('vm', { kind: 'vm.reboot' }))
  await crashed.promise
  const second = await openWork(store, machine)
  onTestFinished(() => second.jobs.close())
  await second.jobs.recover()
  expect(await second.ended(jobId, 'failed')).toMatchObject({ fault: { code: 'libvirt/failed' } })
  expect(machine.calls).toEqual(['reboot'])
})
