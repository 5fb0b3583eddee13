import { randomUUID } from 'node:crypto'
import { AppError } from '#contract/errors.ts'
import type { ApiToken } from '#contract/identity.ts'
import { TokenId, type DepartmentId } from '#contract/ids.ts'
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

const view = ({ tokenHash: _, version: __, ...token }: TokenRecord): ApiToken => token

/** Bearer tokens for scripts: one role, an end, revocable. */
export function openTokens(ports: IdentityPorts, clock: Clock) {
  const { tokens, committer } = ports
  const subject = (token: TokenRecord) => ({ kind: 'token', id: token.tokenId, name: token.label })
  return {
    list: async (): Promise<ApiToken[]> => (await tokens.list()).map(view),

    issue: async (
      actor: Actor,
      input: { label: string; role: Role; departmentId: DepartmentId | null; expiresInDays: number },
    ): Promise<{ token: string; record: ApiToken }> => {
      if ((input.role === 'applicant') !== (input.departmentId !== null))
        throw new AppError('identity/department-missing', {})
      const secret = prefix + newSecret()
      const { label, role, departmentId } = input
      const createdAt = clock.now()
      const expiresAt = createdAt + input.expiresInDays * dayMs
      const tokenId = TokenId.parse(randomUUID())
      const record: TokenRecord = {
        tokenId,
        tokenHash: hashSecret(secret),
        label,
        role,
        departmentId,
        createdAt,
        expiresAt,
        lastUsedAt: null,
        version: 1,
      }
      const audit = [
        { actor, action: 'identity.issueToken', subject: subject(record), data: { role, departmentId, expiresAt } },
      ]
      await committer.commit({ writes: [tokens.put(record)], audit })
      return { token: secret, record: view(record) }
    },

    revoke: async (actor: Actor, tokenId: string): Promise<void> => {
      const token = await tokens.get(tokenId)
      if (!token) throw new AppError('store/not-found', { what: 'token', id: tokenId })
      const audit = [{ actor, action: 'identity.revokeToken', subject: subject(token) }]
      await committer.commit({ expect: [tokens.seen(token)], writes: [tokens.remove(tokenId)], audit })
    },

    /** @returns who the bearer acts as; undefined when the token is unknown or has ended */
    callerOf: async (secret: string): Promise<Caller | undefined> => {
      const [token] = await tokens.list({ tokenHash: hashSecret(secret) }, { limit: 1 })
      const now = clock.now()
      if (!token || token.expiresAt <= now) return undefined
      if (now - (token.lastUsedAt ?? 0) > 60_000) {
        // A token that is revoked at this moment must not come back.
        const writes = [tokens.put(next(token, { lastUsedAt: now }))]
        await committer.commit({ expect: [tokens.seen(token)], writes, audit: [] }).catch(unlessChanged)
      }
      return {
        name: `token:${token.label}`,
        displayName: token.label,
        personId: null,
        roles: [token.role],
        departmentId: token.departmentId,
      }
    },
  }
}
export type Tokens = ReturnType<typeof openTokens>
