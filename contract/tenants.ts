import { z } from 'zod'
import { command, query } from './define.ts'
import { ApplicationId, DepartmentId, PlatformId } from './ids.ts'
import { Amounts, Level, ShortText } from './quantities.ts'

/** What a department may hold on one platform, and what its grants add up to now. */
export const Quota = z.object({ platformId: PlatformId, limit: Amounts, used: Amounts, version: z.number() })
export type Quota = z.infer<typeof Quota>

export const Department = z.object({
  departmentId: DepartmentId,
  name: z.string(),
  quotas: z.array(Quota),
  version: z.number(),
})
export type Department = z.infer<typeof Department>

export const Application = z.object({
  applicationId: ApplicationId,
  departmentId: DepartmentId,
  name: z.string(),
  level: Level,
  version: z.number(),
})
export type Application = z.infer<typeof Application>

export const tenants = {
  departments: query({
    summary: 'Departments with their quotas and present use; an applicant sees the own one.',
    roles: 'everyone',
    scope: 'own-department',
    input: z.object({}),
    output: z.array(Department),
  }),
  createDepartment: command({
    summary: 'Add a department.',
    roles: ['operator', 'approver'],
    scope: 'centre',
    input: z.object({ name: ShortText }),
    output: Department,
    errors: ['identity/name-taken', 'store/changed-meanwhile'],
  }),
  setQuota: command({
    summary: 'Set what a department may hold on a platform.',
    roles: ['approver'],
    scope: 'centre',
    input: z.object({
      departmentId: DepartmentId,
      platformId: PlatformId,
      limit: Amounts,
      /** Of the quota that was seen; null: there was none. */
      version: z.number().nullable(),
    }),
    output: Department,
    errors: ['store/not-found', 'store/changed-meanwhile'],
  }),
  applications: query({
    summary: 'Applications of the departments; an applicant sees the own department’s.',
    roles: 'everyone',
    scope: 'own-department',
    input: z.object({}),
    output: z.array(Application),
  }),
  createApplication: command({
    summary: 'Add an application of a department, with its protection level.',
    roles: ['operator', 'approver', 'applicant'],
    scope: 'own-department',
    input: z.object({ departmentId: DepartmentId, name: ShortText, level: Level }),
    output: Application,
    errors: ['store/not-found', 'session/other-department', 'identity/name-taken', 'store/changed-meanwhile'],
  }),
}
