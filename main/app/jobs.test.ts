import { expect, onTestFinished, test } from 'vitest'
import { AppError } from '#contract/errors.ts'
import { HostId, VmId } from '#contract/ids.ts'
import { JobState } from '#contract/jobs.ts'
import { jobActs, jobArrows, jobStateAfter, type JobHandler, type JobRecord } from '#core/jobs/index.ts'
import { manualClock } from '#lib/manual-clock.ts'
import { openTestStore } from '#store/testing.ts'
import { actor, Machine, openWork, statesOf, steps, wanted, type Boundaries } from './testing-jobs.ts'

async function open(machine = new Machine(), onBoundary?: Boundaries) {
  const clock = manualClock()
  const store = await openTestStore({ clock })
  const work = await openWork(store, machine, onBoundary)
  onTestFinished(() => work.jobs.close())
  const actions = async () => (await store.audit.list({ limit: 50 })).entries.map(entry => entry.action).reverse()
  return { ...work, store, clock, machine, actions }
}

test('a job runs its steps in order, with a commit before and after each, and ends in one commit with its lock', async () => {
  const { start, ended, seen, machine, store, actions } = await open()
  const job = await start()
  const done = await ended(job.jobId, 'done')
  expect(machine.calls).toEqual(steps)
  expect(statesOf(done)).toEqual(['done', 'done', 'done'])
  expect(seen.map(each => [each.state, ...statesOf(each)].join(' '))).toEqual([
    'queued waiting waiting waiting',
    'running waiting waiting waiting',
    'running running waiting waiting',
    'running done waiting waiting',
    'running done running waiting',
    'running done done waiting',
    'running done done running',
    'running done done done',
    'done done done done',
  ])
  expect(await store.locks.count()).toBe(0)
  expect(await actions()).toEqual(['vms.act', 'jobs.done', 'settled.done'])
})

test('a step keeps when it began and when it ended', async () => {
  const clock = manualClock(0)
  const store = await openTestStore({ clock })
  const work = await openWork(store, new Machine(), ({ at }) => clock.jump(at === 'committed' ? 1_000 : 10))
  onTestFinished(() => work.jobs.close())
  const done = await work.ended((await work.start()).jobId, 'done')
  expect(done.steps.map(({ startedAt, endedAt }) => [startedAt, endedAt])).toEqual([
    [0, 20],
    [1_020, 1_040],
    [2_040, 2_060],
  ])
  expect([done.startedAt, done.endedAt]).toEqual([0, 3_060])
})

test('when a step fails, what was done is taken back in reverse and the reason is kept', async () => {
  const machine = new Machine()
  machine.faults.set('define', new AppError('libvirt/failed', { code: 9, domain: 20, message: 'exists' }))
  const { start, ended, store, actions } = await open(machine)
  const undone = await ended((await start()).jobId, 'undone')
  expect(machine.calls).toEqual([...steps, 'undo define', 'undo create-volume'])
  expect(machine.done).toEqual(['check'])
  expect(undone.fault).toEqual({ code: 'libvirt/failed', data: { code: 9, domain: 20, message: 'exists' } })
  expect(statesOf(undone)).toEqual(['done', 'undone', 'undone'])
  expect(undone.steps[2]?.fault?.code).toBe('libvirt/failed')
  expect(await store.locks.count()).toBe(0)
  expect(await actions()).toEqual(['vms.act', 'jobs.undone', 'settled.undone'])
})

test('a job with nothing to take back ends as failed', async () => {
  const machine = new Machine()
  machine.faults.set('reboot', new AppError('vm/wrong-state', { state: 'shutoff', action: 'reboot' }))
  const { start, ended } = await open(machine)
  const failed = await ended((await start(wanted('vm', { kind: 'vm.reboot' }))).jobId, 'failed')
  expect(statesOf(failed)).toEqual(['failed'])
})

const silent = new AppError('host/silent', { hostId: HostId.parse('h1'), waitedMs: 1 })
const away = new AppError('host/not-connected', { hostId: HostId.parse('h1') })

test('a step whose host does not answer is asked for again; if it stays away, a person decides and nothing is undone', async () => {
  const machine = new Machine()
  machine.mishaps.set('create-volume', silent)
  machine.faults.set('create-volume', away)
  const { start, ended, store, clock } = await open(machine)
  const { jobId } = await start()
  await expect.poll(() => clock.sleepers()).toBe(1)
  await clock.advance(1_000)
  const stuck = await ended(jobId, 'stuck')
  expect(machine.calls).toEqual(['check', 'create-volume', 'create-volume'])
  expect(statesOf(stuck)).toEqual(['done', 'unknown', 'waiting'])
  expect(stuck.fault?.code).toBe('host/silent')
  expect(await store.locks.count()).toBe(1)
})

test('a host that is away before anything was done there leaves nothing to decide', async () => {
  const machine = new Machine()
  machine.faults.set('check', away)
  const { start, ended, store } = await open(machine)
  const undone = await ended((await start()).jobId, 'undone')
  expect(statesOf(undone)).toEqual(['unknown', 'waiting', 'waiting'])
  expect(await store.locks.count()).toBe(0)
})

test('a connection that is lost under the very last step takes nothing back: the host is asked, and the job is done', async () => {
  const machine = new Machine()
  machine.mishaps.set('define', silent)
  machine.isRepeatable = true
  const { start, ended, clock } = await open(machine)
  const { jobId } = await start()
  await expect.poll(() => clock.sleepers()).toBe(1)
  await clock.advance(1_000)
  expect((await ended(jobId, 'done')).fault).toBeNull()
  expect(machine.calls).toEqual([...steps, 'define'])
})

test('an undo whose connection is lost is asked for again', async () => {
  const machine = new Machine()
  machine.faults.set('define', new AppError('libvirt/failed', { code: 1, domain: 1, message: 'no' }))
  machine.mishaps.set('undo create-volume', silent)
  const { start, ended, clock } = await open(machine)
  const { jobId } = await start()
  await expect.poll(() => clock.sleepers()).toBe(1)
  await clock.advance(1_000)
  await ended(jobId, 'undone')
  expect(machine.done).toEqual(['check'])
})

test('what must not be done twice is not asked for again, and its outcome is unknown', async () => {
  const machine = new Machine()
  machine.faults.set('reboot', silent)
  const { start, ended } = await open(machine)
  const failed = await ended((await start(wanted('vm', { kind: 'vm.reboot' }))).jobId, 'failed')
  expect(statesOf(failed)).toEqual(['unknown'])
  expect(machine.calls).toEqual(['reboot'])
})

test('a bug in a step is stored with the job and reported', async () => {
  const machine = new Machine()
  machine.faults.set('define', new TypeError('x is undefined'))
  const { start, ended, bugs } = await open(machine)
  expect((await ended((await start()).jobId, 'undone')).fault?.code).toBe('internal')
  expect(bugs).toHaveLength(1)
})

/** A job that is stuck: its last step failed, and so did taking the second one back. */
async function openStuck() {
  const machine = new Machine()
  machine.faults.set('define', new AppError('libvirt/failed', { code: 1, domain: 1, message: 'no' }))
  machine.faults.set('undo create-volume', new AppError('libvirt/failed', { code: 1, domain: 1, message: 'busy' }))
  const work = await open(machine)
  const stuck = await work.ended((await work.start()).jobId, 'stuck')
  machine.faults.clear()
  machine.calls.length = 0
  return { ...work, stuck }
}

test('an undo that fails leaves the job stuck with its lock', async () => {
  const { stuck, store } = await openStuck()
  expect(statesOf(stuck)).toEqual(['done', 'unknown', 'undone'])
  expect((await store.locks.get(stuck.vmId))?.jobId).toBe(stuck.jobId)
})

test('a stuck job that is resumed does what is not done', async () => {
  const { stuck, jobs, ended, machine, actions } = await openStuck()
  await jobs.decide(actor, stuck.jobId, 'resume', '再试')
  const done = await ended(stuck.jobId, 'done')
  expect(machine.calls).toEqual(['create-volume', 'define'])
  expect(done.fault).toBeNull()
  expect(await actions()).toEqual(['vms.act', 'jobs.resume', 'jobs.done', 'settled.done'])
})

test('a stuck job that is undone takes back what is left, and nothing twice', async () => {
  const { stuck, jobs, ended, machine } = await openStuck()
  await jobs.decide(actor, stuck.jobId, 'undo', '撤销')
  await ended(stuck.jobId, 'undone')
  expect(machine.calls).toEqual(['undo create-volume'])
  expect(machine.done).toEqual(['check'])
})

test('a stuck job that is abandoned touches nothing more and gives its lock back', async () => {
  const { stuck, jobs, ended, machine, store, actions } = await openStuck()
  await jobs.decide(actor, stuck.jobId, 'abandon', '已人工处理')
  await ended(stuck.jobId, 'abandoned')
  expect(machine.calls).toEqual([])
  expect(await store.locks.count()).toBe(0)
  expect(await actions()).toEqual(['vms.act', 'jobs.abandoned', 'settled.abandoned'])
})

test('of two decisions at once one counts', async () => {
  const { stuck, jobs, ended } = await openStuck()
  const both = [jobs.decide(actor, stuck.jobId, 'resume', '一'), jobs.decide(actor, stuck.jobId, 'undo', '二')]
  const outcomes = await Promise.allSettled(both)
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  await ended(stuck.jobId, 'done')
})

test('a job without any inverse cannot be undone', async () => {
  const { jobs, start, ended, store } = await open()
  const done = await ended((await start(wanted('vm', { kind: 'vm.reboot' }))).jobId, 'done')
  const stuck: JobRecord = { ...done, state: 'stuck' }
  await store.database.commit({ writes: [store.jobs.put(stuck)], audit: [] })
  await expect(jobs.decide(actor, stuck.jobId, 'undo', '撤销')).rejects.toMatchObject({ code: 'job/wrong-state' })
})

const decisions = ['resume', 'undo', 'abandon'] as const
const cells = JobState.options.flatMap(state => decisions.map(act => [state, act, jobArrows[state][act]] as const))

test('every decision in every state leads where the table says, or nowhere', async () => {
  const { jobs, ended, start, store } = await open()
  for (const [state, act, to] of cells) {
    const vm = `${state}-${act}`
    const done = await ended((await start(wanted(vm))).jobId, 'done')
    const job: JobRecord = { ...done, state, version: done.version + 1 }
    const { jobId } = job
    await store.database.commit({ writes: [store.jobs.put(job)], audit: [] })
    const decided = jobs.decide(actor, jobId, act, '决定')
    if (to === undefined) {
      await expect(decided, vm).rejects.toEqual(new AppError('job/wrong-state', { jobId, state, action: act }))
      continue
    }
    await decided
    await ended(jobId, ({ resume: 'done', undo: 'undone', abandon: 'abandoned' } as const)[act])
  }
})

test('every act of the core in every state leads where the table says, and is a bug where it says nothing', () => {
  const leads = JobState.options.flatMap(state =>
    jobActs.flatMap(act => {
      const to = jobArrows[state][act]
      const job = { jobId: 'j' as JobRecord['jobId'], state }
      if (to) expect(jobStateAfter(job, act)).toBe(to)
      else expect(() => jobStateAfter(job, act)).toThrow(`job j cannot ${act}: it is ${state}`)
      return to ? [`${state} ${act} ${to}`] : []
    }),
  )
  expect(leads).toEqual([
    ...['queued start running', 'queued supersede superseded'],
    ...['running finish done', 'running take-back undoing', 'running fail failed'],
    ...['running stick stuck', 'running supersede superseded'],
    ...['undoing undone undone', 'undoing stick stuck'],
    ...['stuck undo undoing', 'stuck resume running', 'stuck abandon abandoned', 'stuck supersede superseded'],
  ])
})

test('only a stuck job waits for a person, and nothing leads out of an end', () => {
  expect(JobState.options.filter(state => decisions.some(act => jobArrows[state][act]))).toEqual(['stuck'])
  const ends = JobState.options.filter(state => Object.keys(jobArrows[state]).length === 0)
  expect(ends).toEqual(['done', 'undone', 'failed', 'abandoned', 'superseded'])
})

test('a VM is held by one job until that has ended; two clicks at once start one', async () => {
  const machine = new Machine()
  const gate = Promise.withResolvers<void>()
  machine.waits.set('create-volume vm', gate.promise)
  const { start, ended, store } = await open(machine)
  const outcomes = await Promise.allSettled([start(), start(), start()])
  const started = outcomes.flatMap(each => (each.status === 'fulfilled' ? [each.value.jobId] : []))
  const [jobId] = started
  expect(started).toHaveLength(1)
  for (const each of outcomes)
    if (each.status === 'rejected')
      expect(each.reason).toEqual(new AppError('vm/busy', { jobId: jobId as JobRecord['jobId'] }))
  await expect(start()).rejects.toMatchObject({ code: 'vm/busy' })
  expect((await store.audit.list({ limit: 9 })).total).toBe(1)
  gate.resolve()
  await ended(jobId ?? '', 'done')
  await ended((await start()).jobId, 'done')
})

test('four jobs of a host run at a time, and a host that hangs holds up no other', async () => {
  const machine = new Machine()
  const gate = Promise.withResolvers<void>()
  for (let number = 0; number < 6; number++) machine.waits.set(`check vm${number}`, gate.promise)
  const { start, ended, jobs } = await open(machine)
  const held = []
  for (let number = 0; number < 6; number++) held.push(await start(wanted(`vm${number}`)))
  const other = await start(wanted('other', { hostId: HostId.parse('h2'), vmId: VmId.parse('h2.other') }))
  await ended(other.jobId, 'done')
  const states = await Promise.all(held.map(async job => (await jobs.find(job.jobId)).state))
  expect(states).toEqual(['running', 'running', 'running', 'running', 'queued', 'queued'])
  gate.resolve()
  for (const job of held) await ended(job.jobId, 'done')
})

test('a settlement whose request was changed meanwhile is made anew', async () => {
  const store = await openTestStore({ clock: manualClock() })
  const ledger = (version: number) => ({ ledgerId: 'x', version })
  await store.database.commit({ writes: [store.ledgers.put(ledger(1))], audit: [] })
  const settlements: number[] = []
  const settle: JobHandler['settle'] = async () => {
    const seen = await store.ledgers.get('x')
    if (!seen) throw new Error('no ledger')
    settlements.push(seen.version)
    const other = { writes: [store.ledgers.put(ledger(seen.version + 1))], audit: [] }
    if (settlements.length < 3) await store.database.commit(other)
    return { expect: [store.ledgers.seen(seen)], writes: [], audit: [] }
  }
  const { start, ended, jobs, bugs } = await openWork(store, new Machine(), undefined, settle)
  onTestFinished(() => jobs.close())
  await ended((await start()).jobId, 'done')
  expect(settlements).toEqual([1, 2, 3])
  expect(bugs).toEqual([])
})

test('a job whose record somebody else changed comes to a halt and says so', async () => {
  const machine = new Machine()
  const gate = Promise.withResolvers<void>()
  machine.waits.set('create-volume vm', gate.promise)
  const { start, jobs, store, bugs } = await open(machine)
  const { jobId } = await start()
  await expect.poll(() => machine.calls).toEqual(['check', 'create-volume'])
  const job = await jobs.find(jobId)
  await store.database.commit({ writes: [store.jobs.put({ ...job, version: job.version + 5 })], audit: [] })
  gate.resolve()
  await expect.poll(() => bugs.map(String)).toEqual([`Error: job ${jobId} came to a halt`])
})

test('what is still open is shown however old it is', async () => {
  const { jobs, start, ended, store, stuck } = await openStuck()
  const old: JobRecord = { ...stuck, createdAt: 1, version: stuck.version + 1 }
  await store.database.commit({ writes: [store.jobs.put(old)], audit: [] })
  await ended((await start(wanted('other', { vmId: VmId.parse('h1.other') }))).jobId, 'done')
  expect((await jobs.recent(stuck.createdAt, 9)).map(job => job.state)).toEqual(['stuck', 'done'])
})

test('what has ended is shown from a day on, and no more than the newest', async () => {
  const { jobs, start, ended, store } = await open()
  for (const createdAt of [1, 2, 3]) {
    const done = await ended((await start()).jobId, 'done')
    await store.database.commit({ writes: [store.jobs.put({ ...done, createdAt })], audit: [] })
  }
  const shown = async (since: number, limit: number) => (await jobs.recent(since, limit)).map(job => job.createdAt)
  expect(await shown(2, 9)).toEqual([2, 3])
  expect(await shown(0, 2)).toEqual([2, 3])
})
