import { z } from 'zod'

/**
 * What a person may be. `leader` reads; `applicant` acts for one department; the last three exclude each other
 * (三员分立: system administration, security administration and audit are three persons).
 */
export const Role = z.enum([
  'operator',
  'approver',
  'editor',
  'leader',
  'applicant',
  'auditor',
  'system-administrator',
  'security-administrator',
])
export type Role = z.infer<typeof Role>
export const allRoles: readonly Role[] = Role.options
/** Staff of the centre: everybody but the departments' applicants. */
export const staff: readonly Role[] = allRoles.filter(role => role !== 'applicant')

export const exclusiveRoles: readonly Role[] = ['auditor', 'system-administrator', 'security-administrator']

/** The exclusive roles that were asked for together; more than one cannot be given to one person. */
export function rolesInConflict(roles: readonly Role[]): readonly Role[] {
  const held = exclusiveRoles.filter(role => roles.includes(role))
  return held.length > 1 ? held : []
}
