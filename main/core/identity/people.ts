import { randomUUID } from 'node:crypto'
import { AppError } from '#contract/errors.ts'
import type { Person } from '#contract/identity.ts'
import { PersonId } from '#contract/ids.ts'
import { rolesInConflict, type Role } from '#contract/roles.ts'
import { systemActor, type Actor, type Note } from '#core/audit/index.ts'
import { next, type Expect } from '#lib/records.ts'
import type { PersonRecord } from './model.ts'
import { hashPassword, isWeak, minPasswordLength, type ScryptCost } from './password.ts'
import type { IdentityPorts } from './port.ts'
import { hashSecret } from './secret.ts'

type Facts = Pick<PersonRecord, 'displayName' | 'roles' | 'departmentId'>
export type NewPerson = Facts & { readonly name: string; readonly password: string }
type PersonChange = Facts & { readonly personId: string; readonly version: number; readonly isActive: boolean }
type PasswordChange = {
  readonly personId: string
  readonly password: string
  readonly action: 'session.changePassword' | 'identity.resetPassword'
  /** Secret of the one session that goes on; every other one ends. */
  readonly keptSecret?: string | undefined
}

const personView = ({ passwordHash: _, ...person }: PersonRecord): Person => ({ ...person, roles: [...person.roles] })
const subjectOf = (person: PersonRecord): Note['subject'] => ({
  kind: 'person',
  id: person.personId,
  name: person.displayName,
})
const isSecurityAdministrator = (person: PersonRecord): boolean =>
  person.isActive && person.roles.includes('security-administrator' satisfies Role)

/** @throws {AppError} roles that exclude each other; an applicant without a department */
function checkFacts(facts: Facts): void {
  const conflict = rolesInConflict(facts.roles)
  if (conflict.length > 0) throw new AppError('identity/roles-exclude-each-other', { roles: [...conflict] })
  if (facts.roles.includes('applicant') !== (facts.departmentId !== null))
    throw new AppError('identity/department-missing', {})
}

/** The site's people: who they are and what they may do. Kept by the security administrator. */
export function openPeople(ports: IdentityPorts, cost?: ScryptCost) {
  const { people, committer } = ports

  const createAll = async (actor: Actor, inputs: readonly NewPerson[]): Promise<Person[]> => {
    const twice = inputs.find(({ name }, at) => inputs.findIndex(other => other.name === name) < at)
    if (twice) throw new AppError('identity/name-taken', { name: twice.name })
    const made = await Promise.all(inputs.map(input => newPerson(ports, input, cost)))
    const audit = made.map(person => {
      const data = { roles: person.roles, departmentId: person.departmentId }
      return { actor, action: 'identity.create', subject: subjectOf(person), data }
    })
    await committer.commit({ writes: made.map(people.put), audit })
    return made.map(personView)
  }

  return {
    find: (personId: string) => find(ports, personId),
    list: async (): Promise<Person[]> => (await people.list({}, { orderBy: 'name' })).map(personView),
    /** All of them or none. */
    createAll,
    create: async (actor: Actor, input: NewPerson): Promise<Person> => {
      const [person] = await createAll(actor, [input])
      if (!person) throw new Error('nobody was made')
      return person
    },
    update: (actor: Actor, input: PersonChange) => update(ports, actor, input),
    setPassword: (actor: Actor, input: PasswordChange) => setPassword(ports, actor, input, cost),
  }
}
export type People = ReturnType<typeof openPeople>

async function find({ people }: IdentityPorts, personId: string): Promise<PersonRecord> {
  const person = await people.get(personId)
  if (!person) throw new AppError('store/not-found', { what: 'person', id: personId })
  return person
}

async function hashChecked(password: string, name: string, cost?: ScryptCost): Promise<string> {
  if (isWeak(password, name)) throw new AppError('identity/weak-password', { minLength: minPasswordLength })
  return hashPassword(password, cost)
}

async function newPerson({ people }: IdentityPorts, input: NewPerson, cost?: ScryptCost): Promise<PersonRecord> {
  checkFacts(input)
  const { password, ...facts } = input
  // What the core does by itself stands in the audit under this name.
  const isTaken = facts.name === systemActor.name || (await people.count({ name: facts.name })) > 0
  if (isTaken) throw new AppError('identity/name-taken', { name: facts.name })
  const passwordHash = await hashChecked(password, facts.name, cost)
  const personId = PersonId.parse(randomUUID())
  return { personId, ...facts, isActive: true, lastSignInAt: null, passwordHash, version: 1 }
}

async function update(ports: IdentityPorts, actor: Actor, input: PersonChange): Promise<Person> {
  const { people, sessions, committer } = ports
  checkFacts(input)
  const { personId, version, displayName, roles, departmentId, isActive } = input
  const before = await find(ports, personId)
  if (before.version !== version) throw new AppError('store/changed-meanwhile', { what: 'people' })
  const after = next(before, { displayName, roles, departmentId, isActive })
  const expect = [people.seen(before), ...(await otherSecurityAdministrator(ports, before, after))]
  const losesRole = before.roles.some(role => !roles.includes(role))
  const gainsRole = roles.some(role => !before.roles.includes(role))
  if ((losesRole || gainsRole) && actor.name === before.name) throw new AppError('identity/own-rights', {})
  const losesRight = !isActive || losesRole || before.departmentId !== departmentId
  const ended = losesRight ? [sessions.removeAll({ personId: before.personId })] : []
  const data = { before: { roles: before.roles, isActive: before.isActive }, after: { roles, isActive } }
  const audit = [{ actor, action: 'identity.update', subject: subjectOf(after), data }]
  await committer.commit({ expect, writes: [people.put(after), ...ended], audit })
  return personView(after)
}

/** Without one, nobody could ever give a right again: one that stays must still be one when this is committed. */
async function otherSecurityAdministrator(
  { people }: IdentityPorts,
  before: PersonRecord,
  after: PersonRecord,
): Promise<readonly Expect[]> {
  if (!isSecurityAdministrator(before) || isSecurityAdministrator(after)) return []
  const other = (await people.list()).find(each => each.personId !== after.personId && isSecurityAdministrator(each))
  if (!other) throw new AppError('identity/last-security-administrator', {})
  return [people.seen(other)]
}

async function setPassword(
  ports: IdentityPorts,
  actor: Actor,
  { personId, password, action, keptSecret }: PasswordChange,
  cost?: ScryptCost,
): Promise<void> {
  const { people, sessions, committer } = ports
  const before = await find(ports, personId)
  const after = next(before, { passwordHash: await hashChecked(password, before.name, cost) })
  const kept = keptSecret === undefined ? undefined : await sessions.get(hashSecret(keptSecret))
  const keeps = kept?.personId === before.personId ? [sessions.put(kept)] : []
  const writes = [people.put(after), sessions.removeAll({ personId: before.personId }), ...keeps]
  await committer.commit({
    expect: [people.seen(before)],
    writes,
    audit: [{ actor, action, subject: subjectOf(after) }],
  })
}
