import { expect, test } from 'vitest'
import { AppError } from '#contract/errors.ts'
import { RequestId } from '#contract/ids.ts'
import { RequestState } from '#contract/requests.ts'
import { allRoles } from '#contract/roles.ts'
import type { NewVm } from '#core/deploy/index.ts'
import type { JobRecord } from '#core/jobs/index.ts'
import { requestArrows, settleAllocation, type RequestRecord } from '#core/requests/index.ts'
import { callerOf } from './testing.ts'
import { entries } from './testing-contract.ts'
import { openTestRequests } from './testing-requests.ts'

const approver = callerOf(['approver'])
const operator = callerOf(['operator'])
const reason = '按规定'
const fault = (code: string) => ({ code })

test('requests of a year are numbered without gaps or doubles, however many come at once', async () => {
  const { intake, a, b } = await openTestRequests()
  const wishes = Array.from({ length: 60 }, (_, at) => (at % 2 ? a : b).need(`vm-${at}`))
  const made = await Promise.all(wishes.map(need => intake.submit(operator, need)))
  const numbers = made.map(request => request.number).sort()
  expect(numbers).toEqual(wishes.map((_, at) => `2025-${String(at + 1).padStart(4, '0')}`))
})

test('what is sent twice, because its answer was lost, makes one request; another need with that id is refused', async () => {
  const { intake, a, store } = await openTestRequests()
  const wish = { ...a.need('vm'), requestId: RequestId.parse('0123456789abcdef0123456789abcdef') }
  const both = await Promise.all([intake.submit(operator, wish), intake.submit(operator, wish)])
  expect(both[1]).toEqual(both[0])
  expect(await intake.submit(operator, wish)).toEqual(both[0])
  const changed = fault('store/changed-meanwhile')
  await expect(intake.submit(operator, { ...wish, vcpus: 3 })).rejects.toMatchObject(changed)
  await expect(intake.submit(callerOf(['operator'], null, 'other'), wish)).rejects.toMatchObject(changed)
  expect(await store.requests.count()).toBe(1)
  expect((await intake.submit(operator, a.need('vm-2'))).number).toBe('2025-0002')
})

test('a number is not used up by a request that is refused', async () => {
  const { intake, a } = await openTestRequests()
  await expect(intake.submit(operator, { ...a.need('vm-1'), level: 3 })).rejects.toMatchObject(
    fault('request/level-unlike-application'),
  )
  expect((await intake.submit(operator, a.need('vm-2'))).number).toBe('2025-0001')
})

test('numbers begin anew when the year begins in Shanghai', async () => {
  const { intake, a, clock } = await openTestRequests()
  clock.jump(Date.UTC(2025, 11, 31, 15, 59) - clock.now())
  expect((await intake.submit(operator, a.need('vm-1'))).number).toBe('2025-0001')
  clock.jump(60_000)
  expect((await intake.submit(operator, a.need('vm-2'))).number).toBe('2026-0001')
})

test('a level is the application’s own, and one that the platform carries', async () => {
  const { intake, a, tenants, platform } = await openTestRequests()
  const { applicationId } = await tenants.createApplication(operator, a.departmentId, '四级系统', 4)
  await expect(intake.submit(operator, { ...a.need('vm'), level: 3 })).rejects.toEqual(
    new AppError('request/level-unlike-application', { level: 3, applicationLevel: 2 }),
  )
  await expect(intake.submit(operator, { ...a.need('vm'), applicationId, level: 4 })).rejects.toEqual(
    new AppError('request/level-not-carried', { level: 4, carried: [2, 3], platform: platform.name }),
  )
})

test('a term ends on or after its first day, and not in the past; its last day counts to its end in Shanghai', async () => {
  const { intake, a, clock } = await openTestRequests()
  const until = (from: string, last: string) => intake.submit(operator, { ...a.need('vm'), from, until: last })
  clock.jump(Date.UTC(2025, 5, 30, 15, 59) - clock.now())
  await until('2025-06-30', '2025-06-30')
  await expect(until('2025-07-02', '2025-07-01')).rejects.toMatchObject(fault('request/term-invalid'))
  clock.jump(60_000)
  await expect(until('2025-06-01', '2025-06-30')).rejects.toMatchObject(fault('request/term-invalid'))
})

test('an application of another department is not found', async () => {
  const { intake, a, b } = await openTestRequests()
  const need = { ...a.need('vm'), applicationId: b.applicationId }
  await expect(intake.submit(operator, need)).rejects.toMatchObject(fault('store/not-found'))
})

test('an applicant enters, corrects and withdraws for the own department only', async () => {
  const { intake, a, b } = await openTestRequests()
  const other = fault('session/other-department')
  const own = await intake.submit(a.applicant, a.need('vm'))
  await expect(intake.submit(a.applicant, b.need('vm'))).rejects.toMatchObject(other)
  await expect(intake.withdraw(b.applicant, { ...own, reason })).rejects.toMatchObject(other)
  const returned = await intake.return(approver, { ...own, reason })
  await expect(intake.resubmit(b.applicant, { ...returned, ...b.need('vm') })).rejects.toMatchObject(other)
  await expect(intake.resubmit(a.applicant, { ...returned, ...b.need('vm') })).rejects.toMatchObject(other)
  await expect(intake.resubmit(operator, { ...returned, ...b.need('vm') })).rejects.toMatchObject(other)
  await intake.resubmit(a.applicant, { ...returned, ...a.need('vm') })
})

test('nobody decides what they entered or corrected', async () => {
  const { intake, approve, a } = await openTestRequests()
  const both = callerOf(['operator', 'approver'], null, 'both')
  const own = await intake.submit(both, a.need('vm'))
  const decide = { requestId: own.requestId, hostId: null, remark: null }
  await expect(approve(both, { ...decide, version: own.version })).rejects.toMatchObject(fault('request/own'))
  await expect(intake.return(both, { ...own, reason })).rejects.toMatchObject(fault('request/own'))
  await expect(intake.reject(both, { ...own, reason })).rejects.toMatchObject(fault('request/own'))
  const returned = await intake.return(approver, { ...own, reason })
  const corrected = await intake.resubmit(operator, { ...returned, ...a.need('vm') })
  await expect(approve(both, { ...decide, version: corrected.version })).rejects.toMatchObject(fault('request/own'))
  await approve(approver, { ...decide, version: corrected.version })
})

test('nobody decides by another door what they entered: not with a token of theirs, nor one that they issued', async () => {
  const { intake, approve, a } = await openTestRequests()
  const token = { ...callerOf(['operator'], null, 'li/script'), logins: ['li', 'security'] }
  const own = await intake.submit(token, a.need('vm'))
  const decision = { requestId: own.requestId, version: own.version, hostId: null, remark: null }
  for (const name of ['li', 'security'])
    await expect(approve(callerOf(['approver'], null, name), decision)).rejects.toMatchObject(fault('request/own'))
  const byHand = await intake.submit(callerOf(['operator'], null, 'li'), a.need('vm-2'))
  const byToken = { ...callerOf(['approver'], null, 'li/other'), logins: ['li', 'security'] }
  await expect(
    approve(byToken, { ...decision, requestId: byHand.requestId, version: byHand.version }),
  ).rejects.toMatchObject(fault('request/own'))
  await approve(callerOf(['approver'], null, 'wang'), decision)
})

test('a decision on an older version is refused', async () => {
  const { intake, approve, a } = await openTestRequests()
  const first = await intake.submit(operator, a.need('vm'))
  const again = await intake.resubmit(operator, {
    ...(await intake.return(approver, { ...first, reason })),
    ...a.need('vm'),
  })
  const stale = { requestId: first.requestId, version: first.version, hostId: null, remark: null }
  await expect(approve(approver, stale)).rejects.toMatchObject(fault('store/changed-meanwhile'))
  await approve(approver, { ...stale, version: again.version })
})

test('an approval does not overtake a quota that is lowered while it is decided', async () => {
  let lower: (() => Promise<unknown>) | undefined
  const onQuotaRead = async () => {
    const act = lower
    lower = undefined
    await act?.()
  }
  const { intake, approve, tenants, store, a, platformId } = await openTestRequests({ onQuotaRead })
  const { requestId, version, departmentId } = await intake.submit(operator, a.need('vm'))
  const limit = { vcpus: 0, memoryBytes: 0, storageBytes: 0 }
  lower = () => tenants.setQuota(approver, { departmentId, platformId, limit, version: 1 })
  const outcome = approve(approver, { requestId, version, hostId: null, remark: null })
  await expect(outcome).rejects.toMatchObject(fault('quota/short'))
  expect(await store.grants.count()).toBe(0)
})

test('of a withdrawal and an approval at the same moment one counts', async () => {
  const { intake, approve, a, store } = await openTestRequests()
  const request = await intake.submit(operator, a.need('vm'))
  const { requestId, version } = request
  const outcomes = await Promise.allSettled([
    approve(approver, { requestId, version, hostId: null, remark: null }),
    intake.withdraw(operator, { requestId, version, reason }),
  ])
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  const after = await intake.find(requestId)
  expect(await store.grants.count()).toBe(after.state === 'withdrawn' ? 0 : 1)
})

const actions = ['resubmit', 'withdraw', 'return', 'reject', 'approve'] as const

test('every action in every state leads where the table says, or nowhere', async () => {
  const { intake, approve, a, store } = await openTestRequests()
  for (const state of RequestState.options)
    for (const action of actions) {
      const made = await intake.submit(operator, { ...a.need(`${state}-${action}`), vcpus: 1, memoryBytes: 2 ** 26 })
      const request: RequestRecord = { ...made, state, version: made.version + 1 }
      await store.database.commit({ writes: [store.requests.put(request)], audit: [] })
      const { requestId, version } = request
      const done =
        action === 'approve'
          ? approve(approver, { requestId, version, hostId: null, remark: null })
          : action === 'resubmit'
            ? intake.resubmit(operator, { requestId, version, ...a.need('vm') })
            : intake[action](action === 'withdraw' ? operator : approver, { requestId, version, reason })
      const to = requestArrows[state][action]?.to
      if (to) expect((await done).state, `${state} ${action}`).toBe(to)
      else
        await expect(done, `${state} ${action}`).rejects.toEqual(
          new AppError('request/wrong-state', { requestId, state, action }),
        )
    }
})

test('who may do what by the table is who may call it by the contract', () => {
  for (const action of actions) {
    const rule = entries.find(({ path }) => path === `requests.${action}`)?.rule
    const by = RequestState.options.flatMap(state => requestArrows[state][action]?.by ?? [])
    expect([...new Set(by)].sort(), action).toEqual([...((rule?.roles ?? []) as readonly string[])].sort())
  }
})

test('the end of a job leads where the table says from each state, or is a bug that leaves everything as it was', async () => {
  const { intake, approve, a, store, clock } = await openTestRequests()
  const made = await intake.submit(operator, a.need('vm'))
  const { requestId, version } = made
  const allocating = await approve(approver, { requestId, version, hostId: null, remark: null })
  const [job] = (await store.jobs.list()) as readonly JobRecord<NewVm>[]
  if (!job) throw new Error('no job')
  for (const state of RequestState.options)
    for (const [outcome, action] of [
      ['done', 'granted'],
      ['undone', 'failed'],
    ] as const) {
      await store.database.commit({ writes: [store.requests.put({ ...allocating, state })], audit: [] })
      const settled = settleAllocation({ ...store, clock })(job, outcome)
      if (!requestArrows[state][action])
        await expect(settled, `${state} ${action}`).rejects.toEqual(
          new AppError('request/wrong-state', { requestId, state, action }),
        )
      else {
        await store.committer.commit(await settled)
        expect((await store.requests.get(requestId))?.state, `${state} ${action}`).toBe(action)
      }
    }
})

test('the table’s arrows are of roles that exist, or of the job, and every state but the last ones has a way out', () => {
  const arrows = Object.values(requestArrows).flatMap(each => Object.values(each))
  for (const { by } of arrows) if (by !== 'job') for (const role of by) expect(allRoles).toContain(role)
  const ends = RequestState.options.filter(state => Object.keys(requestArrows[state]).length === 0)
  expect(ends).toEqual(['rejected', 'withdrawn', 'granted'])
})

test('every step of a request is in its history and in the audit', async () => {
  const { intake, approve, a, store } = await openTestRequests()
  const first = await intake.submit(a.applicant, a.need('vm'))
  const returned = await intake.return(approver, { ...first, reason: '请补充用途' })
  const again = await intake.resubmit(a.applicant, { ...returned, ...a.need('vm') })
  const { requestId, version } = again
  const approved = await approve(approver, { requestId, version, hostId: null, remark: '同意' })
  const history = approved.history.map(each => [each.by, each.action, each.reason])
  expect(history).toEqual([
    [a.applicant.name, 'submitted', null],
    ['approver', 'returned', '请补充用途'],
    [a.applicant.name, 'resubmitted', null],
    ['approver', 'approved', '同意'],
  ])
  const { entries } = await store.audit.list({ limit: 4, search: 'requests.' })
  expect(entries.map(entry => entry.action)).toEqual(
    ['approve', 'resubmit', 'return', 'submit'].map(action => `requests.${action}`),
  )
})
