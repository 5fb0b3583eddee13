import { createRouterClient } from '@orpc/server'
import { expect, onTestFinished } from 'vitest'
import { HostId, PersonId, type DepartmentId } from '#contract/ids.ts'
import type { Role } from '#contract/roles.ts'
import { systemActor } from '#core/audit/index.ts'
import type { Caller } from '#core/identity/index.ts'
import type { Clock } from '#lib/clock.ts'
import { testDirectory } from '#store/testing.ts'
import { openApp } from './app.ts'
import type { Attendance, Context } from './context.ts'
import { openCore } from './core.ts'
import { UndeclaredFailure } from './guard.ts'
import { openSiteDir } from './site-dir.ts'

/** Far cheaper than what people get: a test makes many of them. */
export const cheapCost = { N: 16, r: 1, p: 1 } as const
export const password = 'Nine-lives-9'
export const GIB = 1024 ** 3

export const callerOf = (
  roles: readonly Role[],
  departmentId: DepartmentId | null = null,
  name = roles.join('+'),
): Caller => ({
  name,
  logins: [name],
  displayName: name,
  personId: PersonId.parse(`person-${name}`),
  roles,
  departmentId,
})

export type TestCoreOptions = { readonly clock?: Clock; readonly path?: string }

/** A core over a new site directory, and its contract as anybody may call it; closed when the test has finished. */
export async function openTestCore({ clock, path = testDirectory() }: TestCoreOptions = {}) {
  const bugs: unknown[] = []
  const dir = openSiteDir(path)
  const onError = (error: unknown): void => void bugs.push(error)
  const core = await openCore({ dir, onError, passwordCost: cheapCost, ...(clock ? { clock } : {}) })
  onTestFinished(async () => {
    await core.close()
    expect(bugs.filter(bug => bug instanceof UndeclaredFailure)).toEqual([])
  })
  const app = openApp(core, onError)
  const contextOf = (attend: () => Attendance | Promise<Attendance>): Context => ({
    attend: () => Promise.resolve(attend()),
    sessionSecret: undefined,
    drained: () => Promise.resolve(),
  })
  return {
    core,
    app,
    path,
    /** What was reported as a bug; a test that expects none says so. */
    bugs,
    /** The contract as this caller may use it; undefined: nobody. */
    as: (caller: Caller | undefined, isLocked = false) =>
      createRouterClient(app, { context: contextOf(() => ({ caller, isLocked })) }),
    attending: (attend: () => Attendance) => createRouterClient(app, { context: contextOf(attend) }),
    /** As a reader to whom nothing more is sent before `drained` resolves. */
    withContext: (attendance: Attendance, drained: Context['drained']) =>
      createRouterClient(app, { context: { ...contextOf(() => attendance), drained } }),
  }
}
export type TestCore = Awaited<ReturnType<typeof openTestCore>>

/** Two departments with an application each, a platform for both, and quotas. */
export async function addTenants({ core }: TestCore) {
  const facts = { name: '政务外网区', levels: [2, 3], cpuOvercommit: 2, reserveHosts: 0 }
  const { platformId } = await core.changedPlatforms(core.site.createPlatform(systemActor, facts))
  const tenant = async (name: string) => {
    const { departmentId } = await core.tenants.createDepartment(systemActor, name)
    const { applicationId } = await core.tenants.createApplication(systemActor, departmentId, `${name}的应用`, 2)
    const limit = { vcpus: 16, memoryBytes: 64 * GIB, storageBytes: 1_000 * GIB }
    await core.tenants.setQuota(systemActor, { departmentId, platformId, limit, version: null })
    const need = (vmName: string) => ({
      ...{ departmentId, applicationId, platformId, vmName, level: 2, purpose: '测试用途', arch: 'x86_64' as const },
      ...{ vcpus: 8, memoryBytes: 8 * GIB, diskBytes: 40 * GIB, network: null, from: '2025-01-01', until: null },
    })
    return { departmentId, applicationId, need, applicant: callerOf(['applicant'], departmentId, `applicant-${name}`) }
  }
  return { platformId, a: await tenant('甲部门'), b: await tenant('乙部门') }
}

export const hostId = (name: string): HostId => HostId.parse(name)
