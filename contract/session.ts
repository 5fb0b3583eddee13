import { z } from 'zod'
import { command, query } from './define.ts'
import { DepartmentId, PersonId } from './ids.ts'
import { Instant } from './quantities.ts'
import { Role } from './roles.ts'

export const Me = z.object({
  personId: PersonId,
  name: z.string(),
  displayName: z.string(),
  roles: z.array(Role),
  /** The department that an applicant acts for. */
  departmentId: DepartmentId.nullable(),
})
export type Me = z.infer<typeof Me>

export const session = {
  hello: query({
    summary: 'Which core this is and who is asking; a page whose version differs reloads itself.',
    roles: 'anyone',
    scope: 'centre',
    input: z.object({}),
    output: z.object({
      version: z.string(),
      /** Digest of the contract; both ends compare it. */
      contract: z.string(),
      siteName: z.string(),
      /** A line that the site shows to everybody, for instance that its data are a demonstration. */
      banner: z.string().nullable(),
      now: Instant,
      idleLockMs: z.number(),
      me: Me.nullable(),
    }),
  }),
  touch: command({
    summary: 'The person is at the keyboard; puts the idle lock off.',
    roles: 'everyone',
    scope: 'own-department',
    input: z.object({}),
    output: z.object({ lockedAt: Instant }),
  }),
  changePassword: command({
    summary: 'Change one’s own password.',
    roles: 'everyone',
    scope: 'own-department',
    input: z.object({ current: z.string().max(200), next: z.string().max(200) }),
    output: z.object({}),
    errors: [
      'session/wrong-password',
      'session/too-many-tries',
      'session/crowded',
      'identity/weak-password',
      'store/changed-meanwhile',
    ],
  }),
}
