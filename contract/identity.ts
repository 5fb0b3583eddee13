import { z } from 'zod'
import { command, query } from './define.ts'
import { DepartmentId, PersonId, TokenId } from './ids.ts'
import { Instant, ShortText } from './quantities.ts'
import { Role } from './roles.ts'

/** Sign-in name: letters, digits, dot, dash, underscore. */
export const LoginName = z.string().regex(/^[a-zA-Z0-9._-]{2,40}$/)

export const Person = z.object({
  personId: PersonId,
  name: z.string(),
  displayName: z.string(),
  roles: z.array(Role),
  departmentId: DepartmentId.nullable(),
  isActive: z.boolean(),
  lastSignInAt: Instant.nullable(),
  version: z.number(),
})
export type Person = z.infer<typeof Person>

export const ApiToken = z.object({
  tokenId: TokenId,
  label: z.string(),
  /** Who answers for what is done with it; it acts as this person, in one role. */
  personId: PersonId,
  personName: z.string(),
  role: Role,
  createdAt: Instant,
  expiresAt: Instant,
  lastUsedAt: Instant.nullable(),
})
export type ApiToken = z.infer<typeof ApiToken>

const Password = z.string().max(200)
const personErrors = [
  'identity/roles-exclude-each-other',
  'identity/name-taken',
  'identity/weak-password',
  'identity/department-missing',
  'identity/last-security-administrator',
  'identity/own-rights',
  'store/changed-meanwhile',
  'store/not-found',
] as const

export const identity = {
  list: query({
    summary: 'People of the site.',
    roles: ['security-administrator', 'auditor'],
    scope: 'centre',
    input: z.object({}),
    output: z.array(Person),
  }),
  create: command({
    summary: 'Add a person.',
    roles: ['security-administrator'],
    scope: 'centre',
    input: z.object({
      name: LoginName,
      displayName: ShortText,
      password: Password,
      roles: z.array(Role).min(1),
      departmentId: DepartmentId.nullable(),
    }),
    output: Person,
    errors: personErrors,
  }),
  update: command({
    summary:
      'Change a person’s name, roles or department, or close the account; sessions that lose a right end. Nobody changes the own roles.',
    roles: ['security-administrator'],
    scope: 'centre',
    input: z.object({
      personId: PersonId,
      version: z.number(),
      displayName: ShortText,
      roles: z.array(Role).min(1),
      departmentId: DepartmentId.nullable(),
      isActive: z.boolean(),
    }),
    output: Person,
    errors: personErrors,
  }),
  resetPassword: command({
    summary: 'Give a person a new password; their sessions end.',
    roles: ['security-administrator'],
    scope: 'centre',
    input: z.object({ personId: PersonId, password: Password }),
    output: z.object({}),
    errors: ['identity/weak-password', 'store/not-found', 'store/changed-meanwhile'],
  }),
  listTokens: query({
    summary: 'Bearer tokens for scripts; the secret itself is never shown again.',
    roles: ['security-administrator'],
    scope: 'centre',
    input: z.object({}),
    output: z.array(ApiToken),
  }),
  issueToken: command({
    summary: 'Issue a bearer token with one of a person’s roles and an expiry; it ends with that role.',
    roles: ['security-administrator'],
    scope: 'centre',
    input: z.object({
      label: ShortText,
      personId: PersonId,
      role: Role,
      expiresInDays: z.number().int().min(1).max(366),
    }),
    output: z.object({ token: z.string(), record: ApiToken }),
    errors: ['identity/role-not-held', 'store/not-found', 'store/changed-meanwhile'],
  }),
  revokeToken: command({
    summary: 'End a bearer token at once.',
    roles: ['security-administrator'],
    scope: 'centre',
    input: z.object({ tokenId: TokenId }),
    output: z.object({}),
    errors: ['store/not-found', 'store/changed-meanwhile'],
  }),
}
