import { AppError } from '#contract/errors.ts'
import type { Department } from '#contract/tenants.ts'
import { genesis, verifySite, type Entry } from '#core/audit/index.ts'
import { holdToDepartment } from '#core/requests/index.ts'
import type { DepartmentRecord } from '#core/tenants/index.ts'
import type { Core } from './core.ts'
import type { Os } from './guard.ts'

export const siteHandlers = (os: Os, core: Core) => ({
  settings: os.site.settings.handler(() => core.site.settings()),
  changeSettings: os.site.changeSettings.handler(async ({ context, input }) => {
    const settings = await core.site.changeSettings(context.caller, input)
    core.fleet.setPollInterval(settings.pollIntervalMs)
    return settings
  }),
  platforms: os.site.platforms.handler(() => core.site.platforms()),
  createPlatform: os.site.createPlatform.handler(({ context, input }) =>
    core.changedPlatforms(core.site.createPlatform(context.caller, input)),
  ),
  updatePlatform: os.site.updatePlatform.handler(({ context, input }) =>
    core.changedPlatforms(core.site.updatePlatform(context.caller, input)),
  ),
})

/** A department with each quota and what its grants add up to. */
async function departmentView(core: Core, department: DepartmentRecord): Promise<Department> {
  const quotas = await core.tenants.quotas(department.departmentId)
  return {
    ...department,
    quotas: quotas.map(({ platformId, limit, version }) => ({
      platformId,
      limit,
      used: core.book.used(department.departmentId, platformId),
      version,
    })),
  }
}

export const tenantHandlers = (os: Os, core: Core) => ({
  departments: os.tenants.departments.handler(async ({ context }) => {
    const { departmentId } = context.caller
    const all = await core.tenants.departments()
    const own = departmentId === null ? all : all.filter(department => department.departmentId === departmentId)
    return Promise.all(own.map(department => departmentView(core, department)))
  }),
  createDepartment: os.tenants.createDepartment.handler(async ({ context, input }) =>
    departmentView(core, await core.tenants.createDepartment(context.caller, input.name)),
  ),
  setQuota: os.tenants.setQuota.handler(async ({ context, input }) => {
    await core.site.findPlatform(input.platformId)
    await core.tenants.setQuota(context.caller, input)
    return departmentView(core, await core.tenants.findDepartment(input.departmentId))
  }),
  applications: os.tenants.applications.handler(async ({ context }) => [
    ...(await core.tenants.applications(context.caller.departmentId ?? undefined)),
  ]),
  createApplication: os.tenants.createApplication.handler(({ context, input }) => {
    holdToDepartment(context.caller, input.departmentId)
    return core.tenants.createApplication(context.caller, input.departmentId, input.name, input.level)
  }),
})

const entryView = (entry: Entry) => ({ ...entry, data: { ...entry.data } })

export const auditHandlers = (os: Os, core: Core) => ({
  list: os.audit.list.handler(async ({ input }) => {
    const [{ entries, total }, head] = await Promise.all([core.store.audit.list(input), core.store.audit.head()])
    return { entries: entries.map(entryView), total, head: head.hash }
  }),
  verify: os.audit.verify.handler(async ({ input }) => {
    const verdict = await verifySite(core.store.audit, input.head || undefined)
    return {
      isWhole: !verdict.fault,
      entries: verdict.entries,
      head: verdict.head,
      fault: verdict.fault?.fault ?? null,
      seq: verdict.fault?.seq ?? null,
    }
  }),
  export: os.audit.export.handler(async ({ input }) => {
    const lines: string[] = []
    let ends: { readonly first: Entry; readonly last: Entry } | undefined
    for await (const page of core.store.audit.walk(input)) {
      const [first, last] = [page[0], page.at(-1)]
      if (first && last) ends = { first: ends?.first ?? first, last }
      lines.push(...page.map(entry => JSON.stringify(entry)))
      if (lines.length > exportLimit)
        throw new AppError('input/invalid', {
          field: 'from',
          rule: `more than ${exportLimit} entries: choose a shorter span`,
        })
    }
    return {
      lines: lines.map(line => `${line}\n`).join(''),
      entries: lines.length,
      first: ends?.first.seq ?? null,
      head: ends?.last.hash ?? genesis,
    }
  }),
})
const exportLimit = 200_000
