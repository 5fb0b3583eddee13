import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient, ORPCError } from '@orpc/server'
import { openApp, openCore, openSiteDir, type Context, type CoreOptions } from '#app/index.ts'
import type { Job } from '#contract/jobs.ts'
import type { Role } from '#contract/roles.ts'
import { systemActor } from '#core/audit/index.ts'
import type { Caller } from '#core/identity/index.ts'
import type { HostId, PlatformId } from '#contract/ids.ts'
import type { LabHost } from '#lab/index.ts'

export const POLL_INTERVAL_MS = 1_000
export const MIB = 2 ** 20

/** Accounts named after what they are for. */
const callers = {
  operator: ['operator'],
  approver: ['approver'],
  'second-approver': ['approver'],
  administrator: ['system-administrator'],
  auditor: ['auditor'],
} as const satisfies Record<string, readonly Role[]>
export type CallerName = keyof typeof callers

export type TestSiteOptions = Pick<CoreOptions, 'onBoundary' | 'patience'> & {
  /** An existing site directory; a new one by default, which goes when the site is closed. */
  readonly path?: string
}

/** A core over a site directory, and its contract as each person may call it. */
export async function openTestSite(options: TestSiteOptions = {}) {
  const path = options.path ?? mkdtempSync(join(tmpdir(), 'yunlong-core-'))
  const bugs: unknown[] = []
  const { onBoundary, patience } = options
  const core = await openCore({
    dir: openSiteDir(path),
    onError: error => bugs.push(error),
    ...(onBoundary ? { onBoundary } : {}),
    ...(patience ? { patience } : {}),
  })
  const app = openApp(core, error => bugs.push(error))
  const as = (name: CallerName) => {
    const caller: Caller = {
      ...{ name, logins: [name], displayName: name, personId: null },
      ...{ roles: callers[name], departmentId: null },
    }
    const context: Context = {
      attend: () => Promise.resolve({ caller, isLocked: false }),
      sessionSecret: undefined,
      drained: () => Promise.resolve(),
    }
    return createRouterClient(app, { context })
  }
  const { version: _, ...settings } = core.site.settings()
  if (core.site.settings().version === 0)
    await core.site.changeSettings(systemActor, { ...settings, version: 0, pollIntervalMs: POLL_INTERVAL_MS })
  core.fleet.setPollInterval(POLL_INTERVAL_MS)
  return {
    core,
    path,
    as,
    /** What was reported as a bug; a test that expects none says so. */
    bugs,
    close: async () => {
      await core.close()
      if (options.path === undefined) rmSync(path, { recursive: true, force: true })
    },
  }
}
export type TestSite = Awaited<ReturnType<typeof openTestSite>>

/** A platform of its own, with these hosts on it, all of them up. */
export async function addPlatform(
  site: TestSite,
  hosts: readonly LabHost[],
  facts: { readonly name?: string; readonly levels?: number[]; readonly cpuOvercommit?: number } = {},
): Promise<{ readonly platformId: PlatformId; readonly hostIds: readonly HostId[] }> {
  const { name = '政务外网区', levels = [2, 3], cpuOvercommit = 16 } = facts
  const platform = { name, levels, cpuOvercommit, reserveHosts: 0 }
  const { platformId } = await site.as('administrator').site.createPlatform(platform)
  const hostIds: HostId[] = []
  for (const host of hosts) hostIds.push((await site.as('operator').hosts.add(newHost(host, platformId))).hostId)
  for (const hostId of hostIds) await eventually(() => site.core.fleet.hosts.get(hostId)?.state === 'up', 30_000)
  return { platformId, hostIds }
}

export const addressOf = (host: LabHost) => ({
  address: host.address,
  port: host.port,
  user: host.user,
  credential: { kind: 'key' as const, privateKey: host.privateKeyPem },
})

export const newHost = (host: LabHost, platformId: PlatformId) => ({
  ...addressOf(host),
  ...{ platformId, name: host.name, origin: 'reused' as const, model: null, serial: null, rack: 'A01' },
  fingerprint: host.hostKeyFingerprint,
})

/** A department with one application and a quota on a platform. */
export async function addTenant(site: TestSite, platformId: PlatformId, vcpus = 64, name = '测试部门') {
  const { departmentId } = await site.as('operator').tenants.createDepartment({ name })
  const application = { departmentId, name: `${name}的应用`, level: 2 }
  const { applicationId } = await site.as('operator').tenants.createApplication(application)
  const limit = { vcpus, memoryBytes: 64 * 1024 * MIB, storageBytes: 64 * 1024 * MIB }
  await site.as('approver').tenants.setQuota({ departmentId, platformId, limit, version: null })
  const need = (vmName: string, more: { readonly vcpus?: number; readonly network?: string | null } = {}) => ({
    ...{ departmentId, applicationId, platformId, vmName, level: 2, purpose: '现场测试', arch: 'x86_64' as const },
    ...{ vcpus: 1, memoryBytes: 64 * MIB, diskBytes: 32 * MIB, network: null, from: '2026-01-01', until: null },
    ...more,
  })
  /** What the department uses there, as the contract tells it. */
  const used = async () => {
    const department = (await site.as('operator').tenants.departments({})).find(
      each => each.departmentId === departmentId,
    )
    return department?.quotas[0]?.used
  }
  return { departmentId, applicationId, need, used }
}

/** A job once it has ended, or waits for a person. */
export async function restingJob(site: TestSite, jobId: string | null): Promise<Job> {
  const resting: readonly Job['state'][] = ['done', 'undone', 'failed', 'abandoned', 'superseded', 'stuck']
  const job = (): Job | undefined => site.core.jobBoard.get(jobId ?? '')
  await eventually(() => resting.includes(job()?.state ?? 'queued'), 90_000)
  return job() as Job
}

/** The refusal of a call as it crossed the door; fails when the call went through. */
export async function refusal(call: Promise<unknown>): Promise<{ readonly code: string; readonly data: unknown }> {
  const outcome: unknown = await call.then(
    () => null,
    (error: unknown) => error,
  )
  if (!(outcome instanceof ORPCError)) throw new Error(`not refused: ${String(outcome)}`)
  return { code: outcome.code, data: outcome.data as unknown }
}

/** Waits until something holds; how long that took, in ms. */
export async function eventually(holds: () => boolean | Promise<boolean>, withinMs: number): Promise<number> {
  const startedAt = performance.now()
  while (!(await holds())) {
    if (performance.now() - startedAt > withinMs) throw new Error(`still not so after ${withinMs} ms: ${holds}`)
    await new Promise(resolve => setTimeout(resolve, 25))
  }
  return Math.round(performance.now() - startedAt)
}
