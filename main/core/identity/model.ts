import type { DepartmentId, PersonId, TokenId } from '#contract/ids.ts'
import type { Role } from '#contract/roles.ts'

export type PersonRecord = {
  readonly personId: PersonId
  readonly name: string
  readonly displayName: string
  readonly roles: readonly Role[]
  readonly departmentId: DepartmentId | null
  readonly isActive: boolean
  readonly lastSignInAt: number | null
  /** `scrypt$N$r$p$salt$hash`, base64. */
  readonly passwordHash: string
  readonly version: number
}

/** Only the SHA-256 of a session's or token's secret is kept. */
export type SessionRecord = {
  readonly sessionHash: string
  readonly personId: PersonId
  readonly createdAt: number
  readonly activeAt: number
  readonly version: number
}

export type TokenRecord = {
  readonly tokenId: TokenId
  readonly tokenHash: string
  readonly label: string
  readonly role: Role
  readonly departmentId: DepartmentId | null
  readonly createdAt: number
  readonly expiresAt: number
  readonly lastUsedAt: number | null
  readonly version: number
}

/** Who is calling, whatever door they came in by. */
export type Caller = {
  readonly name: string
  readonly displayName: string
  readonly personId: PersonId | null
  readonly roles: readonly Role[]
  /** The department that an applicant is held to. */
  readonly departmentId: DepartmentId | null
}
