import type { Committer } from '#core/audit/index.ts'
import type { Records } from '#lib/records.ts'
import type { PersonRecord, SessionRecord, TokenRecord } from './model.ts'

export type IdentityPorts = {
  readonly people: Records<PersonRecord, { name: string }>
  readonly sessions: Records<SessionRecord, { personId: string }>
  readonly tokens: Records<TokenRecord, { tokenHash: string }>
  readonly committer: Committer
}
