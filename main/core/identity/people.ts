import { randomUUID } from 'node:crypto'
import { AppError } from '#contract/errors.ts'
import type { Person } from '#contract/identity.ts'
import { PersonId } from '#contract/ids.ts'
import { rolesInConflict, type Role } from '#contract/roles.ts'
import type { Actor } from '#core/audit/index.ts'
import { next } from '#lib/records.ts'
import type { PersonRecord } from './model.ts'
import { hashPassword, isWeak, minPasswordLength, type ScryptCost } from './password.ts'
import type { IdentityPorts } from './port.ts'

type Facts = Pick<PersonRecord, 'displayName' | 'roles' | 'departmentId'>
export type NewPerson = Facts & { readonly name: string; readonly password: string }

export const personView = ({ passwordHash: _, ...person }: PersonRecord): Person => ({
  ...person,
  roles: [...person.roles],
})

/** @throws {AppError} roles that exclude each other; an applicant without a department */
function checkFacts(facts: Facts): void {
  const conflict = rolesInConflict(facts.roles)
  if (conflict.length > 0) throw new AppError('identity/roles-exclude-each-other', { roles: [...conflict] })
  if (facts.roles.includes('applicant') !== (facts.departmentId !== null))
    throw new AppError('identity/department-missing', {})
}

/** The site's people: who they are and what they may do. Kept by the security administrator. */
export function openPeople(ports: IdentityPorts, cost?: ScryptCost) {
  const { people, sessions, committer } = ports
  const subject = (person: PersonRecord) => ({ kind: 'person', id: person.personId, name: person.displayName })

  async function find(personId: string): Promise<PersonRecord> {
    const person = await people.get(personId)
    if (!person) throw new AppError('store/not-found', { what: 'person', id: personId })
    return person
  }

  async function sessionRemovals(personId: string) {
    return (await sessions.list({ personId })).map(session => sessions.remove(session.sessionHash))
  }

  async function hashChecked(password: string, name: string): Promise<string> {
    if (isWeak(password, name)) throw new AppError('identity/weak-password', { minLength: minPasswordLength })
    return hashPassword(password, cost)
  }

  return {
    find,
    list: async (): Promise<Person[]> => (await people.list({}, { orderBy: 'name' })).map(personView),

    create: async (actor: Actor, input: NewPerson): Promise<Person> => {
      checkFacts(input)
      if ((await people.count({ name: input.name })) > 0)
        throw new AppError('identity/name-taken', { name: input.name })
      const { password, ...facts } = input
      const passwordHash = await hashChecked(password, input.name)
      const personId = PersonId.parse(randomUUID())
      const person: PersonRecord = { personId, ...facts, isActive: true, lastSignInAt: null, passwordHash, version: 1 }
      const data = { roles: facts.roles, departmentId: facts.departmentId }
      const audit = [{ actor, action: 'identity.create', subject: subject(person), data }]
      await committer.commit({ expect: [people.absent(personId)], writes: [people.put(person)], audit })
      return personView(person)
    },

    update: async (
      actor: Actor,
      input: Facts & { personId: string; version: number; isActive: boolean },
    ): Promise<Person> => {
      checkFacts(input)
      const before = await find(input.personId)
      const { displayName, roles, departmentId, isActive } = input
      if (before.version !== input.version) throw new AppError('store/changed-meanwhile', { what: 'people' })
      const after = next(before, { displayName, roles, departmentId, isActive })
      await keepOneSecurityAdministrator(after)
      const losesRight =
        !isActive || before.roles.some(role => !roles.includes(role)) || before.departmentId !== departmentId
      const ended = losesRight ? await sessionRemovals(input.personId) : []
      const data = { before: { roles: before.roles, isActive: before.isActive }, after: { roles, isActive } }
      const audit = [{ actor, action: 'identity.update', subject: subject(after), data }]
      await committer.commit({ expect: [people.seen(before)], writes: [people.put(after), ...ended], audit })
      return personView(after)
    },

    setPassword: async (actor: Actor, personId: string, password: string, action: string): Promise<void> => {
      const before = await find(personId)
      const after = next(before, { passwordHash: await hashChecked(password, before.name) })
      const ended = action === 'identity.resetPassword' ? await sessionRemovals(personId) : []
      const audit = [{ actor, action, subject: subject(after) }]
      await committer.commit({ expect: [people.seen(before)], writes: [people.put(after), ...ended], audit })
    },
  }

  /** Without one, nobody could ever give a right again. */
  async function keepOneSecurityAdministrator(after: PersonRecord): Promise<void> {
    const holds = (person: PersonRecord) =>
      person.isActive && person.roles.includes('security-administrator' satisfies Role)
    if (holds(after)) return
    const others = (await people.list()).filter(person => person.personId !== after.personId)
    if (!others.some(holds)) throw new AppError('identity/last-security-administrator', {})
  }
}
export type People = ReturnType<typeof openPeople>
