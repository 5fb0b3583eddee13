import { AppError } from '#contract/errors.ts'
import { systemActor } from '#core/audit/index.ts'
import type { Clock } from '#lib/clock.ts'
import type { PersonRecord } from './model.ts'
import { hashPassword, isPassword, type ScryptCost } from './password.ts'
import type { IdentityPorts } from './port.ts'
import { newSecret } from './secret.ts'
import { Tries } from './tries.ts'

/** @throws {AppError} session/wrong-password, session/too-many-tries */
export type PasswordCheck = (person: PersonRecord | undefined, name: string, password: string) => Promise<PersonRecord>

/**
 * Checks passwords. A wrong one counts against the name that was typed, and where that name is somebody's it is audited.
 * A name that nobody has takes as long as any other, so that the time tells nothing.
 */
export function openPasswordCheck({ committer }: IdentityPorts, clock: Clock, cost?: ScryptCost): PasswordCheck {
  const tries = new Tries()
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

  return async (person, name, password) => {
    const waitMs = Math.ceil(tries.waitMs(name, clock.monotonic()))
    if (waitMs > 0) throw new AppError('session/too-many-tries', { waitMs })
    // Counted before the answer is known: guesses that come all at once are as few as those that come in turn.
    const triesLeft = tries.failed(name, clock.monotonic())
    const isRight = await isPassword(password, await hashFor(person))
    if (!person?.isActive || !isRight) return refuse(person, triesLeft)
    tries.succeeded(name)
    return person
  }
}
