import { expect, type APIRequestContext, type Page } from '@playwright/test'
import { startDemoProcess } from '#demo/testing/demo-process.ts'
import { startConsole, test as base, type RunningConsole } from './console.ts'

const GIB = 1024 ** 3
const people = { sysadmin: '系统管理员', secadmin: '安全管理员', duty: '值班长', officer: '审批员' } as const
export type Person = keyof typeof people

/** A real site with one simulated host that journeys can make fail, and one department. */
export type OwnCentre = {
  readonly url: string
  /** Enters the department's request for a small machine. */
  readonly ask: (vmName: string) => Promise<void>
  /** The host refuses the next call of each of these procedures of libvirt's protocol. */
  readonly failNext: (...procedures: readonly string[]) => Promise<void>
  readonly lockAfterMinutes: (minutes: number) => Promise<void>
  readonly open: (page: Page, person: Person, room: string) => Promise<void>
}

export const passwordOf = (person: string): string => `long-enough-${person}`
const newPerson = (name: Person) => ({ name, displayName: people[name], password: passwordOf(name) })

/** Sends what a page would send, in the session that the earlier answers of the same context have opened. */
async function post<T>(http: APIRequestContext, url: string, data: unknown = {}): Promise<T> {
  const answer = await http.post(url, { data })
  if (!answer.ok()) throw new Error(`${url}: ${await answer.text()}`)
  return (await answer.json()) as T
}

const signIn = (http: APIRequestContext, url: string, name: Person): Promise<unknown> =>
  post(http, `${url}auth/sign-in`, { name, password: passwordOf(name) })

/** @returns what enters a request, as the operator */
async function enterSite(http: APIRequestContext, console: RunningConsole, centre: Centre): Promise<OwnCentre['ask']> {
  const { url, link } = console
  const call = <T>(entry: string, input: unknown = {}) => post<T>(http, `${url}api/${entry}`, input)
  await post(http, `${url}auth/token`, { token: new URL(link).hash.replace('#token=', '') })
  const administrators = { administrator: newPerson('sysadmin'), security: newPerson('secadmin') }
  await post(http, `${url}auth/set-up`, { siteName: '试验站点', ...administrators })

  const { announcement } = centre
  const [host] = announcement.hosts
  const [platform] = await call<readonly { platformId: string; levels: readonly number[] }[]>('site/platforms')
  if (!host || !platform) throw new Error('a centre has hosts, and a new site its platforms')
  const { platformId } = platform
  const credential = { kind: 'key', privateKey: announcement.privateKey }
  const { hostKeyFingerprint: fingerprint, platform: _platform, hostKey: _hostKey, ...facts } = host
  await call('hosts/add', { ...facts, user: announcement.user, credential, fingerprint, platformId })

  await signIn(http, url, 'secadmin')
  await call('identity/create', { ...newPerson('duty'), roles: ['operator'], departmentId: null })
  await call('identity/create', { ...newPerson('officer'), roles: ['approver'], departmentId: null })

  await signIn(http, url, 'officer')
  const { departmentId } = await call<{ departmentId: string }>('tenants/createDepartment', { name: '市教育局' })
  const limit = { vcpus: 16, memoryBytes: 64 * GIB, storageBytes: 1024 * GIB }
  await call('tenants/setQuota', { departmentId, platformId, limit, version: null })
  await signIn(http, url, 'duty')
  const level = platform.levels[0]
  const application = { departmentId, name: '招考报名', level }
  const { applicationId } = await call<{ applicationId: string }>('tenants/createApplication', application)
  return async vmName => {
    await call('requests/submit', {
      ...{ departmentId, applicationId, level, platformId, purpose: '报名高峰扩容', vmName, arch: 'x86_64' },
      ...{ vcpus: 1, memoryBytes: GIB / 4, diskBytes: GIB, network: null, from: today(), until: null },
    })
  }
}

/** The calendar day in Shanghai. */
const today = (): string => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10)
type Centre = Awaited<ReturnType<typeof startDemoProcess>>

/** One centre and its site for each spec file's worker. */
export const test = base.extend<object, { centre: OwnCentre }>({
  centre: [
    async ({ playwright }, use) => {
      const centre = await startDemoProcess('--hosts', '1', '--pace', '0')
      const console = await startConsole({ demo: false })
      const http = await playwright.request.newContext()
      try {
        const ask = await enterSite(http, console, centre)
        const host = centre.announcement.hosts[0]?.name
        await use({
          url: console.url,
          ask,
          lockAfterMinutes: async idleLockMinutes => {
            const administrator = await playwright.request.newContext()
            await signIn(administrator, console.url, 'sysadmin')
            const settings = await post<object>(administrator, `${console.url}api/site/settings`)
            await post(administrator, `${console.url}api/site/changeSettings`, { ...settings, idleLockMinutes })
            await administrator.dispose()
          },
          failNext: async (...procedures) => {
            const refusal = { host, code: 38, domain: 18, message: 'Input/output error' }
            for (const procedure of procedures)
              expect(await centre.control({ do: 'failNext', procedure, ...refusal })).toEqual({ ok: true })
          },
          open: async (page, name, room) => {
            await signIn(page.request, console.url, name)
            await page.goto(`${console.url}#/${room}`)
          },
        })
      } finally {
        await http.dispose()
        await console.stop()
        await centre.stop()
      }
    },
    { scope: 'worker', timeout: 120_000 },
  ],
})
export { expect } from '@playwright/test'
