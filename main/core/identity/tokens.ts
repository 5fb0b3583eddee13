import { randomUUID } from 'node:crypto'
import { AppError } from '#contract/errors.ts'
import type { ApiToken } from '#contract/identity.ts'
import { TokenId, type PersonId } from '#contract/ids.ts'
import type { Role } from '#contract/roles.ts'
import type { Actor } from '#core/audit/index.ts'
import type { Clock } from '#lib/clock.ts'
import { next } from '#lib/records.ts'
import type { Caller, TokenRecord } from './model.ts'
import type { IdentityPorts } from './port.ts'
import { hashSecret, newSecret } from './secret.ts'
import { unlessChanged } from './unless-changed.ts'

const dayMs = 86_400_000
/** So that a leaked one is recognised by whoever scans for secrets. */
const prefix = 'yunlong_'

type Wanted = {
  readonly label: string
  readonly personId: PersonId
  readonly role: Role
  readonly expiresInDays: number
}

const view = ({ tokenHash: _, issuedBy: __, version: ___, ...token }: TokenRecord, personName: string): ApiToken => ({
  ...token,
  personName,
})
const subjectOf = ({ tokenId, label }: TokenRecord) => ({ kind: 'token', id: tokenId, name: label })

/** Bearer tokens for scripts: a person's, for one of the person's roles, with an end, revocable. */
export function openTokens(ports: IdentityPorts, clock: Clock) {
  const { people, tokens, committer } = ports

  /** The person as whom a token acts; undefined when that person may not any more. */
  async function holderOf({ personId, role }: Pick<TokenRecord, 'personId' | 'role'>) {
    const person = await people.get(personId)
    return person?.isActive && person.roles.includes(role) ? person : undefined
  }

  return {
    list: async (): Promise<ApiToken[]> => {
      const names = new Map((await people.list()).map(person => [person.personId, person.displayName]))
      return (await tokens.list()).map(token => view(token, names.get(token.personId) ?? token.personId))
    },

    /** @throws {AppError} identity/role-not-held: a token never makes anybody more than they are */
    issue: async (issuer: Caller, wanted: Wanted): Promise<{ token: string; record: ApiToken }> => {
      const { label, personId, role, expiresInDays } = wanted
      const person = await people.get(personId)
      if (!person) throw new AppError('store/not-found', { what: 'person', id: personId })
      if (!(await holderOf(wanted)))
        throw new AppError('identity/role-not-held', { name: person.displayName, roles: [role] })
      const secret = prefix + newSecret()
      const createdAt = clock.now()
      const record: TokenRecord = {
        tokenId: TokenId.parse(randomUUID()),
        tokenHash: hashSecret(secret),
        ...{ label, personId, role, issuedBy: issuer.logins, createdAt },
        expiresAt: createdAt + expiresInDays * dayMs,
        lastUsedAt: null,
        version: 1,
      }
      const data = { holder: person.name, role, expiresAt: record.expiresAt }
      const audit = [{ actor: issuer, action: 'identity.issueToken', subject: subjectOf(record), data }]
      await committer.commit({ expect: [people.seen(person)], writes: [tokens.put(record)], audit })
      return { token: secret, record: view(record, person.displayName) }
    },

    revoke: async (actor: Actor, tokenId: string): Promise<void> => {
      const token = await tokens.get(tokenId)
      if (!token) throw new AppError('store/not-found', { what: 'token', id: tokenId })
      const audit = [{ actor, action: 'identity.revokeToken', subject: subjectOf(token) }]
      await committer.commit({ expect: [tokens.seen(token)], writes: [tokens.remove(tokenId)], audit })
    },

    /** @returns who the bearer acts as; undefined when the token is unknown or has ended, or its holder lost the role */
    callerOf: async (secret: string): Promise<Caller | undefined> => {
      const [token] = await tokens.list({ tokenHash: hashSecret(secret) }, { limit: 1 })
      const now = clock.now()
      const holder = token && token.expiresAt > now ? await holderOf(token) : undefined
      if (!token || !holder) return undefined
      if (now - (token.lastUsedAt ?? 0) > 60_000) {
        // A token that is revoked at this moment must not come back.
        const writes = [tokens.put(next(token, { lastUsedAt: now }))]
        await committer.commit({ expect: [tokens.seen(token)], writes, audit: [] }).catch(unlessChanged)
      }
      return {
        name: `${holder.name}/${token.label}`,
        logins: [...new Set([holder.name, ...token.issuedBy])],
        displayName: `${holder.displayName} / ${token.label}`,
        personId: holder.personId,
        roles: [token.role],
        departmentId: token.role === 'applicant' ? holder.departmentId : null,
      }
    },
  }
}
export type Tokens = ReturnType<typeof openTokens>
