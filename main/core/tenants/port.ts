import type { Committer } from '#core/audit/index.ts'
import type { Records } from '#lib/records.ts'
import type { ApplicationRecord, DepartmentRecord, QuotaRecord } from './model.ts'

export type TenantPorts = {
  readonly departments: Records<DepartmentRecord, { name: string }>
  readonly applications: Records<ApplicationRecord, { departmentId: string; name: string }>
  readonly quotas: Records<QuotaRecord, { departmentId: string; platformId: string }>
  readonly committer: Committer
}
