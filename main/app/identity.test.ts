import { expect, test } from 'vitest'
import { AppError, type ErrorCode, type ErrorData } from '#contract/errors.ts'
import { exclusiveRoles, type Role } from '#contract/roles.ts'
import { systemActor } from '#core/audit/index.ts'
import { openPeople, openSessions, openTokens, OneTimeLinks, type NewPerson } from '#core/identity/index.ts'
import { DepartmentId, PersonId } from '#contract/ids.ts'
import { manualClock } from '#lib/manual-clock.ts'
import type { Write } from '#lib/records.ts'
import { note, openTestStore } from '#store/testing.ts'
import { callerOf, cheapCost, password } from './testing.ts'

const fault = <C extends ErrorCode>(code: C, data: ErrorData<C>) => new AppError(code, data)
const minute = 60_000

async function openIdentity() {
  const clock = manualClock()
  const store = await openTestStore({ clock })
  const settings = { idleLockMs: 15 * minute }
  const people = openPeople(store, cheapCost)
  const add = (name: string, roles: readonly Role[], more: Partial<NewPerson> = {}) =>
    people.create(systemActor, { name, displayName: name, roles, departmentId: null, password, ...more })
  const sessions = openSessions(store, clock, () => settings.idleLockMs, cheapCost)
  const actions = async () => (await store.audit.list({ limit: 50 })).entries.map(entry => entry.action).reverse()
  return { clock, store, settings, people, sessions, tokens: openTokens(store, clock), add, actions }
}
const phase = async ({ sessions }: Awaited<ReturnType<typeof openIdentity>>, secret: string) =>
  (await sessions.state(secret)).phase

test('signing in opens a session that knows who it is', async () => {
  const { sessions, add } = await openIdentity()
  const { personId } = await add('duty', ['operator', 'approver'])
  const secret = await sessions.signIn('duty', password)
  expect(await sessions.state(secret)).toEqual({
    phase: 'signed-in',
    caller: {
      ...{ name: 'duty', logins: ['duty'], displayName: 'duty', personId },
      ...{ roles: ['operator', 'approver'], departmentId: null },
    },
  })
})

test('with a full disk who signs out is out, which is recorded once somebody signs in again', async () => {
  const { sessions, add, actions, store } = await openIdentity()
  await add('duty', ['operator'])
  const [left, stays] = [await sessions.signIn('duty', password), await sessions.signIn('duty', password)]
  const pragma = (sql: string) =>
    store.database.commit({ writes: [{ sql, values: [] } as unknown as Write], audit: [] })
  // SQLite takes a file that may not grow for a disk without room; what the file has left is filled up.
  await pragma('pragma max_page_count = 1')
  const fits = (text: string): Promise<boolean> =>
    store.committer.commit({ writes: [], audit: [note('test', { data: { text } })] }).then(
      () => true,
      () => false,
    )
  for (const length of [4_000, 400, 1]) while (await fits('x'.repeat(length))) continue
  await sessions.signOut(left)
  expect(await Promise.all([left, stays].map(async secret => (await sessions.state(secret)).phase))).toEqual([
    'signed-out',
    'signed-in',
  ])
  expect(await actions()).not.toContain('session.signOut')
  await pragma('pragma max_page_count = 1000000')
  await sessions.signIn('duty', password)
  expect((await actions()).slice(-2)).toEqual(['session.signOut', 'session.signIn'])
  expect(await store.sessions.count()).toBe(2)
})

test('each wrong password costs a try; the fifth costs 30 seconds, the next ones twice as much each', async () => {
  const { sessions, add, clock } = await openIdentity()
  await add('duty', ['operator'])
  for (const triesLeft of [4, 3, 2, 1, 0])
    await expect(sessions.signIn('duty', 'wrong')).rejects.toEqual(fault('session/wrong-password', { triesLeft }))
  await expect(sessions.signIn('duty', password)).rejects.toEqual(fault('session/too-many-tries', { waitMs: 30_000 }))
  await clock.advance(29_000)
  await expect(sessions.signIn('duty', password)).rejects.toEqual(fault('session/too-many-tries', { waitMs: 1_000 }))
  await clock.advance(1_000)
  await expect(sessions.signIn('duty', 'wrong')).rejects.toEqual(fault('session/wrong-password', { triesLeft: 0 }))
  await expect(sessions.signIn('duty', password)).rejects.toEqual(fault('session/too-many-tries', { waitMs: 60_000 }))
  await clock.advance(60_000)
  await sessions.signIn('duty', password)
  await expect(sessions.signIn('duty', 'wrong')).rejects.toEqual(fault('session/wrong-password', { triesLeft: 4 }))
})

test('a closed account is refused as a wrong password is, and nobody is signed in', async () => {
  const { sessions, people, add, actions, store } = await openIdentity()
  const person = await add('duty', ['operator'])
  await people.update(systemActor, { ...person, isActive: false })
  await expect(sessions.signIn('duty', password)).rejects.toMatchObject({ code: 'session/wrong-password' })
  expect(await store.sessions.count()).toBe(0)
  expect(await actions()).toEqual(['identity.create', 'identity.update', 'session.refused'])
})

test('sessions of an account that was closed do not come back when it is opened again', async () => {
  const work = await openIdentity()
  const person = await work.add('duty', ['operator'])
  const secret = await work.sessions.signIn('duty', password)
  const closed = await work.people.update(systemActor, { ...person, isActive: false })
  await work.people.update(systemActor, { ...closed, isActive: true })
  expect(await phase(work, secret)).toBe('signed-out')
})

test('however short the idle lock, it does not lock somebody who is there', async () => {
  const work = await openIdentity()
  work.settings.idleLockMs = minute
  await work.add('duty', ['operator'])
  const secret = await work.sessions.signIn('duty', password)
  for (let seconds = 20; seconds <= 180; seconds += 20) {
    await work.clock.advance(20_000)
    await work.sessions.touch(secret)
    expect(await phase(work, secret), `${seconds} s`).toBe('signed-in')
  }
})

test('the wait grows to an hour and no further, and a clock that is set does not change it', async () => {
  const { sessions, add, clock } = await openIdentity()
  await add('duty', ['operator'])
  for (let round = 0; round < 20; round++) {
    await sessions.signIn('duty', 'wrong').catch(() => undefined)
    clock.jump(-7 * 86_400_000)
    if (round < 19) await clock.advance(3_600_000)
  }
  await expect(sessions.signIn('duty', password)).rejects.toEqual(
    fault('session/too-many-tries', { waitMs: 3_600_000 }),
  )
})

test('guesses that come all at once are as few as those that come in turn', async () => {
  const { sessions, add } = await openIdentity()
  await add('duty', ['operator'])
  const guesses = await Promise.allSettled(Array.from({ length: 50 }, () => sessions.signIn('duty', 'wrong')))
  const codes = guesses.map(each => (each.status === 'rejected' ? (each.reason as AppError).code : 'in'))
  expect(codes.filter(code => code === 'session/wrong-password')).toHaveLength(5)
  expect(codes.filter(code => code === 'session/too-many-tries')).toHaveLength(45)
})

test('a password that is set anew begins without wrong tries', async () => {
  const { sessions, people, add } = await openIdentity()
  const { personId } = await add('duty', ['operator'])
  for (let n = 0; n < 6; n++) await sessions.signIn('duty', 'wrong').catch(() => undefined)
  await expect(sessions.signIn('duty', password)).rejects.toMatchObject({ code: 'session/too-many-tries' })
  await people.setPassword(systemActor, { personId, password: 'Nine-more-9', action: 'identity.resetPassword' })
  expect(await sessions.signIn('duty', 'Nine-more-9')).toMatch(/./)
})

test('strangers at the door keep nobody out of the session that they have', async () => {
  const { sessions, add, clock } = await openIdentity()
  await add('duty', ['operator'])
  const secret = await sessions.signIn('duty', password)
  await clock.advance(16 * minute)
  for (let n = 0; n < 6; n++) await sessions.signIn('duty', 'wrong').catch(() => undefined)
  await sessions.unlock(secret, password)
  for (let n = 0; n < 6; n++) await sessions.unlock(secret, 'wrong').catch(() => undefined)
  await expect(sessions.unlock(secret, password)).rejects.toMatchObject({ code: 'session/too-many-tries' })
})

test.each([-1, 1])('a clock that is set by %s day leaves no session open or unlocked for longer', async days => {
  const identity = await openIdentity()
  const { sessions, add, clock } = identity
  await add('duty', ['operator'])
  const secret = await sessions.signIn('duty', password)
  clock.jump(days * 2 * 3_600_000)
  expect(await phase(identity, secret)).toBe('locked')
  await sessions.unlock(secret, password)
  expect(await phase(identity, secret)).toBe('signed-in')
  clock.jump(days * 86_400_000)
  expect(await phase(identity, secret)).toBe('signed-out')
})

test('a name that nobody has is refused like a wrong password, and locks nobody else out', async () => {
  const { sessions, add } = await openIdentity()
  await add('duty', ['operator'])
  for (let round = 0; round < 6; round++) await sessions.signIn('nobody', 'wrong').catch(() => undefined)
  await expect(sessions.signIn('nobody', 'wrong')).rejects.toMatchObject({ code: 'session/too-many-tries' })
  await sessions.signIn('duty', password)
})

test('wrong passwords of a known person are audited, those of strangers are not', async () => {
  const { sessions, add, actions } = await openIdentity()
  await add('duty', ['operator'])
  await sessions.signIn('duty', 'wrong').catch(() => undefined)
  await sessions.signIn('nobody', 'wrong').catch(() => undefined)
  await sessions.signOut(await sessions.signIn('duty', password))
  expect(await actions()).toEqual(['identity.create', 'session.refused', 'session.signIn', 'session.signOut'])
})

test('one person may sign in at two places at the same moment', async () => {
  const identity = await openIdentity()
  await identity.add('duty', ['operator'])
  const secrets = await Promise.all([1, 2, 3].map(() => identity.sessions.signIn('duty', password)))
  for (const secret of secrets) expect(await phase(identity, secret)).toBe('signed-in')
})

test('a session locks when nobody is at the keyboard, and only the password opens it', async () => {
  const identity = await openIdentity()
  const { sessions, clock, add } = identity
  await add('duty', ['operator'])
  const secret = await sessions.signIn('duty', password)
  await clock.advance(15 * minute)
  expect(await phase(identity, secret)).toBe('signed-in')
  await clock.advance(1)
  expect(await phase(identity, secret)).toBe('locked')
  await sessions.touch(secret)
  expect(await phase(identity, secret)).toBe('locked')
  await expect(sessions.unlock(secret, 'wrong')).rejects.toMatchObject({ code: 'session/wrong-password' })
  await sessions.unlock(secret, password)
  expect(await phase(identity, secret)).toBe('signed-in')
  const { entries } = await identity.store.audit.list({ limit: 2 })
  expect(entries.map(({ action }) => action)).toEqual(['session.unlock', 'session.refused'])
})

test('whoever is at the keyboard is never locked out, however short the idle time', async () => {
  const identity = await openIdentity()
  const { sessions, clock, settings, add } = identity
  settings.idleLockMs = minute
  await add('duty', ['operator'])
  const secret = await sessions.signIn('duty', password)
  for (let second = 0; second < 600; second += 20) {
    await clock.advance(20_000)
    await Promise.all([sessions.touch(secret), sessions.touch(secret)])
    expect(await phase(identity, secret)).toBe('signed-in')
  }
})

test('a session ends after twelve hours, active or not, and is cleared away at the next sign-in', async () => {
  const identity = await openIdentity()
  const { sessions, clock, store, settings, add } = identity
  settings.idleLockMs = 24 * 60 * minute
  await add('duty', ['operator'])
  const secret = await sessions.signIn('duty', password)
  await clock.advance(12 * 60 * minute + 1)
  expect(await phase(identity, secret)).toBe('signed-out')
  await sessions.signIn('duty', password)
  expect(await store.sessions.count()).toBe(1)
})

test('signing out ends the session, and touching it afterwards does not bring it back', async () => {
  const identity = await openIdentity()
  const { sessions, clock, add } = identity
  await add('duty', ['operator'])
  const secret = await sessions.signIn('duty', password)
  await clock.advance(2 * minute)
  await Promise.all([sessions.touch(secret), sessions.signOut(secret), sessions.touch(secret)])
  expect(await phase(identity, secret)).toBe('signed-out')
})

const pairs = exclusiveRoles.flatMap((one, at) => exclusiveRoles.slice(at + 1).map(other => [one, other] as const))

test.each(pairs)('nobody is both %s and %s, neither from the start nor later', async (one, other) => {
  const { people, add } = await openIdentity()
  const refused = { code: 'identity/roles-exclude-each-other' }
  await expect(add('both', [one, 'operator', other])).rejects.toMatchObject(refused)
  const person = await add('one', [one, 'operator'])
  const change = { ...person, roles: [one, other], isActive: true }
  await expect(people.update(systemActor, change)).rejects.toMatchObject(refused)
})

test('nobody changes the own roles, but the own name', async () => {
  const { people, add } = await openIdentity()
  await add('second', ['security-administrator'])
  const self = await add('security', ['security-administrator'])
  const refused = fault('identity/own-rights', {})
  const more = { ...self, roles: [...self.roles, 'approver' as const] }
  await expect(people.update(self, more)).rejects.toEqual(refused)
  await expect(people.update(self, { ...self, roles: ['operator'] })).rejects.toEqual(refused)
  expect(await people.update(self, { ...self, displayName: '张工' })).toMatchObject({ roles: self.roles })
  await people.update({ name: 'second', displayName: '李工' }, { ...more, version: self.version + 1 })
})

test('the last security administrator can neither be closed nor lose that role', async () => {
  const { people, add } = await openIdentity()
  const first = await add('security', ['security-administrator'])
  const refused = fault('identity/last-security-administrator', {})
  await expect(people.update(systemActor, { ...first, isActive: false })).rejects.toEqual(refused)
  await expect(people.update(systemActor, { ...first, roles: ['operator'] })).rejects.toEqual(refused)
  await add('second', ['security-administrator'])
  await people.update(systemActor, { ...first, isActive: false })
})

test('two security administrators who drop each other at the same moment leave one', async () => {
  const { people, add } = await openIdentity()
  const both = [await add('first', ['security-administrator']), await add('second', ['security-administrator'])]
  const outcomes = await Promise.allSettled(both.map(each => people.update(systemActor, { ...each, isActive: false })))
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect((await people.list()).filter(each => each.isActive)).toHaveLength(1)
})

const B = DepartmentId.parse('department-b')
test.each([
  ['a role is taken away', { roles: ['operator'] as const }],
  ['the account is closed', { isActive: false }],
])('when %s the person’s sessions end', async (_, change) => {
  const identity = await openIdentity()
  const { people, sessions, add } = identity
  const person = await add('duty', ['operator', 'approver'])
  const secret = await sessions.signIn('duty', password)
  await people.update(systemActor, { ...(await people.find(person.personId)), ...change })
  expect(await phase(identity, secret)).toBe('signed-out')
})

test('when an applicant changes departments their sessions end, and with another right they go on', async () => {
  const identity = await openIdentity()
  const { people, sessions, add } = identity
  const departmentId = DepartmentId.parse('department-a')
  const person = await add('asker', ['applicant'], { departmentId })
  const secret = await sessions.signIn('asker', password)
  const more = await people.update(systemActor, { ...person, roles: ['applicant', 'leader'] })
  expect(await phase(identity, secret)).toBe('signed-in')
  await people.update(systemActor, { ...more, departmentId: B })
  expect(await phase(identity, secret)).toBe('signed-out')
})

test('a new password ends every session but the one that set it', async () => {
  const identity = await openIdentity()
  const { people, sessions, add } = identity
  const { personId } = await add('duty', ['operator'])
  const [kept, other] = [await sessions.signIn('duty', password), await sessions.signIn('duty', password)]
  const next = 'Another-word-8'
  await people.setPassword(systemActor, {
    personId,
    password: next,
    action: 'session.changePassword',
    keptSecret: kept,
  })
  expect([await phase(identity, kept), await phase(identity, other)]).toEqual(['signed-in', 'signed-out'])
  await people.setPassword(systemActor, { personId, password: next, action: 'identity.resetPassword' })
  expect(await phase(identity, kept)).toBe('signed-out')
  await expect(sessions.signIn('duty', password)).rejects.toMatchObject({ code: 'session/wrong-password' })
})

test('an applicant needs a department and nobody else has one', async () => {
  const { add } = await openIdentity()
  await expect(add('asker', ['applicant'])).rejects.toEqual(fault('identity/department-missing', {}))
  await expect(add('duty', ['operator'], { departmentId: B })).rejects.toEqual(fault('identity/department-missing', {}))
})

test('a sign-in name is taken once, and the core’s own name never', async () => {
  const { add } = await openIdentity()
  await add('duty', ['operator'])
  await expect(add('duty', ['leader'])).rejects.toEqual(fault('identity/name-taken', { name: 'duty' }))
  await expect(add('system', ['leader'])).rejects.toEqual(fault('identity/name-taken', { name: 'system' }))
})

test('of several people all are made or none', async () => {
  const { people } = await openIdentity()
  const person = { displayName: 'x', roles: ['leader'] as const, departmentId: null, password }
  const weak = [
    { ...person, name: 'one' },
    { ...person, name: 'two', password: 'weak' },
  ]
  await expect(people.createAll(systemActor, weak)).rejects.toMatchObject({ code: 'identity/weak-password' })
  const twice = [
    { ...person, name: 'one' },
    { ...person, name: 'one' },
  ]
  await expect(people.createAll(systemActor, twice)).rejects.toEqual(fault('identity/name-taken', { name: 'one' }))
  expect(await people.list()).toEqual([])
})

test('a one-time link is good once', async () => {
  const links = new OneTimeLinks()
  const anybody = () => false
  const secret = links.issue({ kind: 'set-up' })
  expect(links.spend('guessed', anybody)).toBeUndefined()
  expect(links.spend(secret, anybody)).toEqual({ kind: 'set-up' })
  expect(links.spend(secret, anybody)).toBeUndefined()
})

test('a link for the own user is not used up by another user of the machine', async () => {
  const links = new OneTimeLinks()
  const secret = links.issue({ kind: 'set-up' }, true)
  expect(links.spend(secret, () => false)).toBeUndefined()
  expect(links.spend(secret, () => true)).toEqual({ kind: 'set-up' })
})

test('a link signs in only somebody who may', async () => {
  const { sessions, people, add } = await openIdentity()
  await add('security', ['security-administrator'])
  const person = await add('duty', ['operator'])
  await sessions.signInByLink('duty')
  await people.update(systemActor, { ...(await people.find(person.personId)), isActive: false })
  await expect(sessions.signInByLink('duty')).rejects.toEqual(fault('session/token-spent', {}))
})

/** A token of `duty`, issued by the security officer. */
async function openToken() {
  const work = await openIdentity()
  const security = callerOf(['security-administrator'], null, 'security')
  const duty = await work.add('duty', ['operator', 'approver'])
  const wanted = { label: '脚本', personId: duty.personId, role: 'operator' as const, expiresInDays: 2 }
  return { ...work, security, duty, wanted, issue: () => work.tokens.issue(security, wanted) }
}

test('a bearer token acts as its holder in its one role until its last day ends or it is revoked', async () => {
  const { tokens, clock, security, duty, issue } = await openToken()
  const { token, record } = await issue()
  expect(await tokens.callerOf(token)).toEqual({
    ...{ name: 'duty/脚本', displayName: 'duty / 脚本', personId: duty.personId },
    ...{ logins: ['duty', 'security'], roles: ['operator'], departmentId: null },
  })
  const [listed] = await tokens.list()
  expect(listed).toMatchObject({ tokenId: record.tokenId, personName: 'duty', lastUsedAt: clock.now() })
  await clock.advance(2 * 86_400_000)
  expect(await tokens.callerOf(token)).toBeUndefined()
  const other = await issue()
  await tokens.revoke(security, other.record.tokenId)
  expect(await tokens.callerOf(other.token)).toBeUndefined()
})

test('a token that is used while it is revoked does not come back', async () => {
  const { tokens, store, security, issue } = await openToken()
  const { token, record } = await issue()
  await Promise.all([tokens.revoke(security, record.tokenId), tokens.callerOf(token)])
  expect(await store.tokens.count()).toBe(0)
})

test('a token makes nobody more than they are: not when it is issued, and not after its holder lost the role or left', async () => {
  const { people, tokens, security, duty, wanted, issue } = await openToken()
  const refused = fault('identity/role-not-held', { name: 'duty', roles: ['auditor'] })
  await expect(tokens.issue(security, { ...wanted, role: 'auditor' })).rejects.toEqual(refused)
  const nobody = PersonId.parse('nobody')
  await expect(tokens.issue(security, { ...wanted, personId: nobody })).rejects.toMatchObject({
    code: 'store/not-found',
  })
  const { token } = await issue()
  const without = await people.update(security, { ...duty, roles: ['approver'] })
  expect(await tokens.callerOf(token)).toBeUndefined()
  const again = await people.update(security, { ...without, roles: ['operator'] })
  expect((await tokens.callerOf(token))?.roles).toEqual(['operator'])
  await people.update(security, { ...again, isActive: false })
  expect(await tokens.callerOf(token)).toBeUndefined()
  await expect(issue()).rejects.toMatchObject({ code: 'identity/role-not-held' })
})

test('an applicant’s token is held to the applicant’s department', async () => {
  const { tokens, security, wanted, add } = await openToken()
  const { personId } = await add('clerk', ['applicant'], { departmentId: B })
  const { token } = await tokens.issue(security, { ...wanted, personId, role: 'applicant' })
  expect((await tokens.callerOf(token))?.departmentId).toBe(B)
})
