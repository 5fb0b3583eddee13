import { AppError } from '#contract/errors.ts'
import type { Clock } from '#lib/clock.ts'
import { next } from '#lib/records.ts'
import type { Caller, PersonRecord, SessionRecord } from './model.ts'
import { isPassword } from './password.ts'
import type { IdentityPorts } from './port.ts'
import { hashSecret, newSecret } from './secret.ts'
import { Tries } from './tries.ts'

const sessionLifeMs = 12 * 3_600_000
const touchEveryMs = 60_000

export type SessionState =
  { readonly phase: 'signed-out' } | { readonly phase: 'locked' | 'signed-in'; readonly caller: Caller }
const out: SessionState = { phase: 'signed-out' }

export const callerOf = ({ name, displayName, personId, roles, departmentId }: PersonRecord): Caller => ({
  name,
  displayName,
  personId,
  roles,
  departmentId: roles.includes('applicant') ? departmentId : null,
})

/** Signing in and out, the idle lock, and sessions by their secret. */
export function openSessions(ports: IdentityPorts, clock: Clock, idleLockMs: () => number) {
  const { people, sessions, committer } = ports
  const tries = new Tries()

  async function open(person: PersonRecord, how: 'password' | 'one-time-link'): Promise<string> {
    const secret = newSecret()
    const now = clock.now()
    const session: SessionRecord = {
      sessionHash: hashSecret(secret),
      personId: person.personId,
      createdAt: now,
      activeAt: now,
      version: 1,
    }
    const after = next(person, { lastSignInAt: now })
    const audit = [
      {
        actor: person,
        action: 'session.signIn',
        subject: { kind: 'person', id: person.personId, name: person.displayName },
        data: { how },
      },
    ]
    await committer.commit({ writes: [sessions.put(session), people.put(after)], expect: [people.seen(person)], audit })
    return secret
  }

  async function checkPassword(
    person: PersonRecord | undefined,
    name: string,
    password: string,
  ): Promise<PersonRecord> {
    const waitMs = tries.waitMs(name, clock.now())
    if (waitMs > 0) throw new AppError('session/too-many-tries', { waitMs })
    if (person?.isActive && (await isPassword(password, person.passwordHash))) {
      tries.succeeded(name)
      return person
    }
    throw new AppError('session/wrong-password', { triesLeft: tries.failed(name, clock.now()) })
  }

  async function load(secret: string): Promise<{ session: SessionRecord; person: PersonRecord } | undefined> {
    const session = await sessions.get(hashSecret(secret))
    if (!session || clock.now() - session.createdAt > sessionLifeMs) return undefined
    const person = await people.get(session.personId)
    return person?.isActive ? { session, person } : undefined
  }

  const isLocked = (session: SessionRecord) => clock.now() - session.activeAt > idleLockMs()

  return {
    signIn: async (name: string, password: string): Promise<string> => {
      const [person] = await people.list({ name }, { limit: 1 })
      return open(await checkPassword(person, name, password), 'password')
    },

    /** For a one-time link: the person is named by who issued it. */
    signInByLink: async (name: string): Promise<string> => {
      const [person] = await people.list({ name }, { limit: 1 })
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
      if (!found || isLocked(found.session) || clock.now() - found.session.activeAt < touchEveryMs) return
      const writes = [sessions.put(next(found.session, { activeAt: clock.now() }))]
      await committer.commit({ expect: [sessions.seen(found.session)], writes, audit: [] })
    },

    unlock: async (secret: string, password: string): Promise<void> => {
      const found = await load(secret)
      if (!found) throw new AppError('session/signed-out', {})
      await checkPassword(found.person, found.person.name, password)
      const writes = [sessions.put(next(found.session, { activeAt: clock.now() }))]
      await committer.commit({ expect: [sessions.seen(found.session)], writes, audit: [] })
    },

    signOut: async (secret: string): Promise<void> => {
      const found = await load(secret)
      if (!found) return
      const { person, session } = found
      const audit = [
        {
          actor: person,
          action: 'session.signOut',
          subject: { kind: 'person', id: person.personId, name: person.displayName },
        },
      ]
      await committer.commit({ writes: [sessions.remove(session.sessionHash)], audit })
    },

    checkPassword: async (personId: string, password: string): Promise<void> => {
      const person = await people.get(personId)
      await checkPassword(person, person?.name ?? personId, password)
    },
  }
}
export type Sessions = ReturnType<typeof openSessions>
