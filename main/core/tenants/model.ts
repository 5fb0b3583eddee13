import type { ApplicationId, DepartmentId, PlatformId } from '#contract/ids.ts'
import type { Amounts } from '#contract/quantities.ts'

export type DepartmentRecord = { readonly departmentId: DepartmentId; readonly name: string; readonly version: number }

export type ApplicationRecord = {
  readonly applicationId: ApplicationId
  readonly departmentId: DepartmentId
  readonly name: string
  /** Protection level (等保) of the system. */
  readonly level: number
  readonly version: number
}

/** A limit only: what is used is always computed from the grants, never counted here (D24). */
export type QuotaRecord = {
  readonly departmentId: DepartmentId
  readonly platformId: PlatformId
  readonly limit: Amounts
  readonly version: number
}
export const quotaKey = (departmentId: string, platformId: string): string => `${departmentId}/${platformId}`
