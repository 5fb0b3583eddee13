import { allRoles, exclusiveRoles, type Role } from '#contract/roles.ts'

/** One role as the form offers it; `heldInstead` is the chosen role that excludes it. */
export type RoleChoice = { readonly role: Role; readonly isChosen: boolean; readonly heldInstead: Role | null }

/** Every role with what stands against choosing it: of the three exclusive ones a person holds one at most. */
export function roleChoices(chosen: readonly Role[]): readonly RoleChoice[] {
  const held = exclusiveRoles.filter(role => chosen.includes(role))
  return allRoles.map(role => ({
    role,
    isChosen: chosen.includes(role),
    heldInstead: exclusiveRoles.includes(role) ? (held.find(other => other !== role) ?? null) : null,
  }))
}

/** The choice with one role put in or taken out, in the order of the contract. */
export function toggleRole(chosen: readonly Role[], role: Role): readonly Role[] {
  const wanted = chosen.includes(role) ? chosen.filter(other => other !== role) : [...chosen, role]
  return allRoles.filter(each => wanted.includes(each))
}

/** Who acts for one department must name it; nobody else has one. */
export const needsDepartment = (chosen: readonly Role[]): boolean => chosen.includes('applicant')
