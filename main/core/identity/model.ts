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
  /** Whom it acts as. */
  readonly personId: PersonId
  readonly role: Role
  /** Sign-in names of who issued it, and so may know its secret. */
  readonly issuedBy: readonly string[]
  readonly createdAt: number
  readonly expiresAt: number
  readonly lastUsedAt: number | null
  readonly version: number
}

/** Who is calling, whatever door they came in by. */
export type Caller = {
  readonly name: string
  /**
   * Sign-in names of all who may be behind this call: of a session one; of a token its holder and who issued it. What one
   * of them entered, none of them decides.
   */
  readonly logins: readonly string[]
  readonly displayName: string
  readonly personId: PersonId | null
  readonly roles: readonly Role[]
  /** The department that an applicant is held to. */
  readonly departmentId: DepartmentId | null
}
