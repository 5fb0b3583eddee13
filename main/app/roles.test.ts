import { expect, test } from 'vitest'
import { DepartmentId } from '#contract/ids.ts'
import { allRoles, type Role } from '#contract/roles.ts'
import type { Caller } from '#core/identity/index.ts'
import { callerOf, openTestCore } from './testing.ts'
import { entries, outcomeOf, type Entry } from './testing-contract.ts'

const barriers = ['session/signed-out', 'session/locked', 'session/not-allowed']
const somewhere = DepartmentId.parse('somewhere')
const holder = (role: Role): Caller => callerOf([role], role === 'applicant' ? somewhere : null)

/** What the guard says by the rule; null: it lets the caller in. */
const verdict = ({ rule }: Entry, role: Role): string | null =>
  rule.roles === 'anyone' || rule.roles === 'everyone' || rule.roles.includes(role) ? null : 'session/not-allowed'

test('the contract has entries, and every one says who may call it', () => {
  expect(entries.length).toBeGreaterThan(40)
  for (const { path, rule } of entries)
    if (Array.isArray(rule.roles)) {
      expect(rule.roles.length, path).toBeGreaterThan(0)
      for (const role of rule.roles as readonly Role[]) expect(allRoles, path).toContain(role)
    }
})

test('everything that an applicant may call is held to a department', () => {
  const open = entries.filter(each => verdict(each, 'applicant') === null && each.rule.roles !== 'anyone')
  expect(open.filter(({ rule }) => rule.scope !== 'own-department').map(({ path }) => path)).toEqual([])
})

test(
  'every entry × every role: exactly those that the rule names get past the guard',
  { timeout: 60_000 },
  async () => {
    const { as } = await openTestCore()
    const wrong: string[] = []
    for (const entry of entries)
      for (const role of allRoles) {
        const { code } = await outcomeOf(as(holder(role)), entry, {})
        const expected = verdict(entry, role)
        const isRight = expected === null ? !barriers.includes(code) : code === expected
        if (!isRight) wrong.push(`${entry.path} as ${role}: ${code}`)
      }
    expect(wrong).toEqual([])
  },
)

test('a refusal names the roles that would do', async () => {
  const { as } = await openTestCore()
  for (const entry of entries) {
    const missing = allRoles.find(role => verdict(entry, role) !== null)
    if (!missing) continue
    const { value } = await outcomeOf(as(holder(missing)), entry, {})
    expect(value, entry.path).toEqual({ needs: entry.rule.roles })
  }
})

test('nobody gets past the guard without a session but to what is open to anyone', async () => {
  const { as } = await openTestCore()
  for (const entry of entries) {
    const { code } = await outcomeOf(as(undefined), entry, {})
    if (entry.rule.roles === 'anyone') expect(barriers, entry.path).not.toContain(code)
    else expect(code, entry.path).toBe('session/signed-out')
  }
})

test('a locked session gets past the guard only to what is open to anyone, whatever its roles', async () => {
  const { as } = await openTestCore()
  const everything = callerOf(allRoles)
  for (const entry of entries) {
    const { code } = await outcomeOf(as(everything, true), entry, {})
    if (entry.rule.roles === 'anyone') expect(barriers, entry.path).not.toContain(code)
    else expect(code, entry.path).toBe('session/locked')
  }
})

test('a person of several roles may do what any of them may', async () => {
  const { as } = await openTestCore()
  for (const entry of entries) {
    const { code } = await outcomeOf(as(callerOf(['leader', 'approver'])), entry, {})
    const may = verdict(entry, 'leader') === null || verdict(entry, 'approver') === null
    expect(barriers.includes(code), entry.path).toBe(!may)
  }
})

test('an entry can fail by the codes that any can, and no failure of these calls was a bug', async () => {
  const { as, bugs } = await openTestCore()
  for (const entry of entries) {
    expect(entry.errors, entry.path).toEqual(expect.arrayContaining([...barriers, 'input/invalid', 'internal']))
    await outcomeOf(as(callerOf(allRoles)), entry, { surely: 'not what it takes' })
  }
  expect(bugs).toEqual([])
})
