import { AppError } from '#contract/errors.ts'
import type { Note } from '#core/audit/index.ts'
import type { Clock } from '#lib/clock.ts'
import { next } from '#lib/records.ts'
import { openEndedSessions } from './ended-sessions.ts'
import type { Caller, PersonRecord, SessionRecord } from './model.ts'
import type { ScryptCost } from './password.ts'
import { atTheDoor, openPasswordCheck, withSession } from './password-check.ts'
import type { IdentityPorts } from './port.ts'
import { hashSecret, newSecret } from './secret.ts'
import { unlessChanged } from './unless-changed.ts'

const sessionLifeMs = 12 * 3_600_000
/** Activity is stored at most this often, and at least four times within the idle lock's time. */
const touchEveryMs = 60_000

export type SessionState =
  { readonly phase: 'signed-out' } | { readonly phase: 'locked' | 'signed-in'; readonly caller: Caller }
const out: SessionState = { phase: 'signed-out' }
type How = 'password' | 'one-time-link'
type Found = { readonly session: SessionRecord; readonly person: PersonRecord }

const callerOf = ({ name, displayName, personId, roles, departmentId }: PersonRecord): Caller => ({
  name,
  logins: [name],
  displayName,
  personId,
  roles,
  departmentId: roles.includes('applicant') ? departmentId : null,
})

const noteOf = (person: PersonRecord, action: string, data: Note['data'] = {}): Note => ({
  actor: { name: person.name, displayName: person.displayName },
  action,
  subject: { kind: 'person', id: person.personId, name: person.displayName },
  data,
})

/** Signing in and out, the idle lock, and sessions by their secret. */
export function openSessions(ports: IdentityPorts, clock: Clock, idleLockMs: () => number, cost?: ScryptCost) {
  const { people, sessions } = ports
  const checkPassword = openPasswordCheck(ports, clock, cost)
  const ended = openEndedSessions(ports)
  // A moment in the future says that the clock was set back since: how long ago it was cannot be known.
  const since = (at: number) => Math.abs(clock.now() - at)
  const isOver = (session: SessionRecord) => since(session.createdAt) > sessionLifeMs
  const isLocked = (session: SessionRecord) => since(session.activeAt) > idleLockMs()

  async function load(secret: string): Promise<Found | undefined> {
    const session = await sessions.get(hashSecret(secret))
    if (!session || isOver(session) || ended.has(session.sessionHash)) return undefined
    const person = await people.get(session.personId)
    return person?.isActive ? { session, person } : undefined
  }

  async function open(person: PersonRecord, how: How): Promise<string> {
    await ended.record()
    const [secret, now] = [newSecret(), clock.now()]
    const { personId } = person
    const session = { sessionHash: hashSecret(secret), personId, createdAt: now, activeAt: now, version: 1 }
    const old = (await sessions.list({ personId })).filter(isOver)
    await begin(ports, { session, person }, old, how)
    return secret
  }

  return {
    signIn: async (name: string, password: string): Promise<string> =>
      open(await checkPassword(atTheDoor(await personNamed(ports, name), name, password)), 'password'),

    /** For a one-time link: the person is named by who issued it. */
    signInByLink: async (name: string): Promise<string> => {
      const person = await personNamed(ports, name)
      if (!person?.isActive) throw new AppError('session/token-spent', {})
      return open(person, 'one-time-link')
    },

    state: async (secret: string | undefined): Promise<SessionState> => {
      const found = secret === undefined ? undefined : await load(secret)
      if (!found) return out
      return { phase: isLocked(found.session) ? 'locked' : 'signed-in', caller: callerOf(found.person) }
    },

    /** The person is at the keyboard. A locked session stays locked: only its password opens it. */
    touch: async (secret: string): Promise<void> => {
      const found = await load(secret)
      if (!found || isLocked(found.session)) return
      const isSoon = since(found.session.activeAt) < Math.min(touchEveryMs, idleLockMs() / 4)
      if (!isSoon) await markActive(ports, found.session, clock.now())
    },

    unlock: async (secret: string, password: string): Promise<void> => {
      const found = await load(secret)
      if (!found) throw new AppError('session/signed-out', {})
      await checkPassword(withSession(found.person, password))
      await markActive(ports, found.session, clock.now(), [noteOf(found.person, 'session.unlock')])
    },

    signOut: async (secret: string): Promise<void> => {
      const found = await load(secret)
      if (found) await ended.end(found.session.sessionHash, noteOf(found.person, 'session.signOut'))
    },

    /** Of who has a session. @throws {AppError} session/wrong-password, session/too-many-tries, session/crowded */
    checkPassword: async (personId: string, password: string): Promise<void> => {
      const person = await people.get(personId)
      if (!person) throw new AppError('session/signed-out', {})
      await checkPassword(withSession(person, password))
    },
  }
}
export type Sessions = ReturnType<typeof openSessions>

/** The moment of signing in is no change of the person that others would have to know of: the version stays. */
async function begin(
  { people, sessions, committer }: IdentityPorts,
  { session, person }: Found,
  old: readonly SessionRecord[],
  how: How,
): Promise<void> {
  const removals = old.map(({ sessionHash }) => sessions.remove(sessionHash))
  const writes = [sessions.put(session), people.put({ ...person, lastSignInAt: session.createdAt }), ...removals]
  const audit = [noteOf(person, 'session.signIn', { how })]
  await committer.commit({ expect: [people.seen(person)], writes, audit })
}

/** Two pages of one session may say so at once; a session that has ended meanwhile stays ended. */
async function markActive(
  { sessions, committer }: IdentityPorts,
  session: SessionRecord,
  at: number,
  audit: readonly Note[] = [],
): Promise<void> {
  const writes = [sessions.put(next(session, { activeAt: at }))]
  await committer.commit({ expect: [sessions.seen(session)], writes, audit }).catch(unlessChanged)
}

async function personNamed({ people }: IdentityPorts, name: string): Promise<PersonRecord | undefined> {
  return (await people.list({ name }, { limit: 1 }))[0]
}
