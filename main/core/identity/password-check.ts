import { AppError } from '#contract/errors.ts'
import { systemActor } from '#core/audit/index.ts'
import type { Clock } from '#lib/clock.ts'
import { Gate } from '#lib/gate.ts'
import type { PersonRecord } from './model.ts'
import { hashPassword, isPassword, type ScryptCost } from './password.ts'
import type { IdentityPorts } from './port.ts'
import { newSecret } from './secret.ts'
import { Tries } from './tries.ts'

/** A guess takes 128 MiB and a thread that others need; more than this many at once wait, and beyond that are refused. */
const atOnce = 2
const mostWaiting = 30

type Claim = {
  readonly person: PersonRecord | undefined
  /** What the guesses are counted against. */
  readonly target: string
  readonly password: string
}
/** @throws {AppError} session/wrong-password, session/too-many-tries, session/crowded */
export type PasswordCheck = (claim: Claim) => Promise<PersonRecord>

/**
 * At the door guesses count against the password that they are guesses at, so that a new one begins with no wrong tries;
 * where nobody has that name, against the name.
 */
export const atTheDoor = (person: PersonRecord | undefined, name: string, password: string): Claim => ({
  person,
  target: person?.passwordHash ?? name,
  password,
})
/** Who already has a session is not kept out of it by strangers who type its owner's name at the door. */
export const withSession = (person: PersonRecord, password: string): Claim => ({
  person,
  target: `session ${person.passwordHash}`,
  password,
})

/**
 * Checks passwords. A wrong one is counted, and where the name is somebody's it is audited. A name that nobody has takes
 * as long as any other, so that the time tells nothing.
 */
export function openPasswordCheck({ committer }: IdentityPorts, clock: Clock, cost?: ScryptCost): PasswordCheck {
  const tries = new Tries()
  const gate = new Gate(atOnce)
  let waiting = 0
  let decoy: Promise<string> | undefined
  const hashFor = (person: PersonRecord | undefined): Promise<string> | string =>
    person?.passwordHash ?? (decoy ??= hashPassword(newSecret(), cost))

  async function refuse(person: PersonRecord | undefined, triesLeft: number): Promise<never> {
    if (person) {
      const subject = { kind: 'person', id: person.personId, name: person.displayName }
      const audit = [{ actor: systemActor, action: 'session.refused', subject, data: { triesLeft } }]
      await committer.commit({ writes: [], audit })
    }
    throw new AppError('session/wrong-password', { triesLeft })
  }

  return async ({ person, target, password }) => {
    const waitMs = Math.ceil(tries.waitMs(target, clock.monotonic()))
    if (waitMs > 0) throw new AppError('session/too-many-tries', { waitMs })
    if (waiting >= mostWaiting) throw new AppError('session/crowded', {})
    // Counted before the answer is known: guesses that come all at once are as few as those that come in turn.
    const triesLeft = tries.failed(target, clock.monotonic())
    waiting += 1
    const isRight = await gate
      .run('guess', async () => isPassword(password, await hashFor(person)))
      .finally(() => (waiting -= 1))
    if (!person?.isActive || !isRight) return refuse(person, triesLeft)
    tries.succeeded(target)
    return person
  }
}
