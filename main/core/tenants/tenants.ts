import { randomUUID } from 'node:crypto'
import { AppError } from '#contract/errors.ts'
import { ApplicationId, DepartmentId, type PlatformId } from '#contract/ids.ts'
import type { Amounts } from '#contract/quantities.ts'
import type { Actor } from '#core/audit/index.ts'
import { next, type Expect } from '#lib/records.ts'
import { quotaKey, type ApplicationRecord, type DepartmentRecord, type QuotaRecord } from './model.ts'
import type { TenantPorts } from './port.ts'

/** What departments are asked about. */
function lookups({ departments, applications, quotas }: TenantPorts) {
  return {
    findDepartment: async (departmentId: string): Promise<DepartmentRecord> => {
      const department = await departments.get(departmentId)
      if (!department) throw new AppError('store/not-found', { what: 'department', id: departmentId })
      return department
    },
    findApplication: async (applicationId: string): Promise<ApplicationRecord> => {
      const application = await applications.get(applicationId)
      if (!application) throw new AppError('store/not-found', { what: 'application', id: applicationId })
      return application
    },
    departments: (): Promise<readonly DepartmentRecord[]> => departments.list({}, { orderBy: 'name' }),
    applications: (departmentId?: string): Promise<readonly ApplicationRecord[]> =>
      applications.list(departmentId === undefined ? {} : { departmentId }, { orderBy: 'name' }),
    quotas: (departmentId?: string): Promise<readonly QuotaRecord[]> =>
      quotas.list(departmentId === undefined ? {} : { departmentId }),
    quota: (departmentId: string, platformId: string): Promise<QuotaRecord | undefined> =>
      quotas.get(quotaKey(departmentId, platformId)),
    /** Holds while the quota is the one that was read. */
    quotaSeen: (quota: QuotaRecord): Expect => quotas.seen(quota),
  }
}

export type QuotaChange = {
  readonly departmentId: DepartmentId
  readonly platformId: PlatformId
  readonly limit: Amounts
  /** Of the quota that was seen; null: there was none. */
  readonly version: number | null
}

/** Departments, their applications and their quotas. */
export function openTenants(ports: TenantPorts) {
  const { departments, applications, quotas, committer } = ports
  const asked = lookups(ports)
  const { findDepartment } = asked

  return {
    ...asked,

    createDepartment: async (actor: Actor, name: string): Promise<DepartmentRecord> => {
      if ((await departments.count({ name })) > 0) throw new AppError('identity/name-taken', { name })
      const department: DepartmentRecord = { departmentId: DepartmentId.parse(randomUUID()), name, version: 1 }
      const audit = [
        {
          actor,
          action: 'tenants.createDepartment',
          subject: { kind: 'department', id: department.departmentId, name },
        },
      ]
      await committer.commit({ writes: [departments.put(department)], audit })
      return department
    },

    /** @throws {AppError} store/changed-meanwhile: the quota is no longer the one that was seen */
    setQuota: async (actor: Actor, { departmentId, platformId, limit, version }: QuotaChange): Promise<QuotaRecord> => {
      const department = await findDepartment(departmentId)
      const before = await quotas.get(quotaKey(departmentId, platformId))
      if ((before?.version ?? null) !== version) throw new AppError('store/changed-meanwhile', { what: 'quotas' })
      const after: QuotaRecord = before ? next(before, { limit }) : { departmentId, platformId, limit, version: 1 }
      const expect = [before ? quotas.seen(before) : quotas.absent(quotaKey(departmentId, platformId))]
      const subject = { kind: 'department', id: departmentId, name: department.name }
      const audit = [
        {
          actor,
          action: 'tenants.setQuota',
          subject,
          data: { platformId, before: before?.limit ?? null, after: limit },
        },
      ]
      await committer.commit({ expect, writes: [quotas.put(after)], audit })
      return after
    },

    createApplication: async (
      actor: Actor,
      departmentId: DepartmentId,
      name: string,
      level: number,
    ): Promise<ApplicationRecord> => {
      const department = await findDepartment(departmentId)
      if ((await applications.count({ departmentId, name })) > 0) throw new AppError('identity/name-taken', { name })
      const applicationId = ApplicationId.parse(randomUUID())
      const application: ApplicationRecord = { applicationId, departmentId, name, level, version: 1 }
      const subject = { kind: 'application', id: applicationId, name: `${department.name} · ${name}` }
      await committer.commit({
        writes: [applications.put(application)],
        audit: [{ actor, action: 'tenants.createApplication', subject, data: { level } }],
      })
      return application
    },
  }
}
export type Tenants = ReturnType<typeof openTenants>
