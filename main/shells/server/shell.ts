import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import {
  openApp,
  openCore,
  openSiteDir,
  prepareSiteDir,
  type App,
  type Core,
  type CoreOptions,
  type Report,
} from '#app/index.ts'
import { newSecret, type LinkPurpose } from '#core/identity/index.ts'
import { takeSiteLock, type SiteLock } from '#store/index.ts'
import { openApi } from './api.ts'
import { openAuth } from './auth.ts'
import { isOwnHost, isSameOrigin, securityHeaders, sendJson } from './http.ts'
import { servePages } from './pages.ts'
import { openSocket } from './socket.ts'

export type ShellOptions = {
  readonly site: string
  readonly port: number
  /** Folder of the built pages. */
  readonly pages: string
  readonly report: Report
  /** Fills a fresh core with the demo data centre; gives what stops that again. */
  readonly startDemo: (core: Core, report: Report) => Promise<() => Promise<void>>
  readonly coreOptions?: Pick<CoreOptions, 'onBoundary' | 'passwordCost' | 'clock'>
}
/** Another core holds the site; the message is its address, empty while it is still starting. */
export class SiteTaken extends Error {
  override readonly name = 'SiteTaken'
}

type Site = { readonly core: Core; readonly app: App; readonly close: () => Promise<void> }
const sitePath = (base: string, isDemo: boolean) => (isDemo ? join(base, 'demo') : base)
/** Who holds a site, for the sentence that refuses a second core. */
const holderFile = (base: string) => join(base, 'core.json')

/** The headless shell: one core over a site directory, its pages and doors on the loopback address. */
export async function openShell(options: ShellOptions, isDemo: boolean) {
  const lock = takeLock(options.site)
  try {
    const site = await openSite(options, isDemo)
    try {
      return await serveSite(options, site, lock)
    } catch (error) {
      await site.close()
      throw error
    }
  } catch (error) {
    lock.release()
    throw error
  }
}

async function serveSite(options: ShellOptions, first: Site, lock: SiteLock) {
  let site = first
  const { report } = options
  const firstRun = new Set<string>()
  const { promise: lost, resolve: lose } = Promise.withResolvers<Error>()
  void site.core.lost.then(lose)
  const tryDemo = async (): Promise<string> => {
    const before = site
    site = await openSite(options, true)
    void site.core.lost.then(lose)
    firstRun.clear()
    socket.closeAll()
    await before.close()
    return site.core.links.issue(await purposeOf(site.core))
  }
  const auth = openAuth({ core: () => site.core, report, firstRun, tryDemo, newSecret })
  const api = openApi(() => site)
  const server = openServer(options, auth, api)
  const socket = openSocket(server, () => site)
  const url = await listen(server, options.port)
  writeFileSync(holderFile(options.site), JSON.stringify({ url, pid: process.pid }))
  return {
    url,
    core: () => site.core,
    /** Resolves when the core can go on no more; all that is left is to end the process, and whoever watches it starts it anew. */
    lost,
    /** A link that is good once: for the first steps of a new site, or one sign-in. */
    startLink: async (isForOwnUser = false): Promise<string> =>
      `${url}#token=${site.core.links.issue(await purposeOf(site.core), isForOwnUser)}`,
    close: async (): Promise<void> => {
      socket.closeAll()
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
      await site.close()
      rmSync(holderFile(options.site), { force: true })
      lock.release()
    },
  }
}

function openServer(
  { pages, report }: ShellOptions,
  auth: ReturnType<typeof openAuth>,
  api: ReturnType<typeof openApi>,
): Server {
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isOwnHost(request))
      return sendJson(response, 421, { code: 'input/invalid', data: { field: 'host', rule: '127.0.0.1' } })
    const path = (request.url ?? '/').split('?')[0] ?? '/'
    if (path.startsWith('/auth/')) {
      if (!isSameOrigin(request)) return sendJson(response, 403, { code: 'session/signed-out', data: {} })
      return auth(request, response, path.slice('/auth/'.length))
    }
    if (path.startsWith('/api/')) return api(request, response)
    servePages(pages, request, response)
  }
  return createServer((request, response) => {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value)
    answer(request, response).catch((error: unknown) => {
      report(error, { ref: 'http', path: (request.url ?? '').split('?')[0] ?? '' })
      response.destroy()
    })
  })
}

/** @returns the address that it is open at */
async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

/** Who can start the core can act as its system administrator; on a site without people, take its first steps. */
async function purposeOf(core: Core): Promise<LinkPurpose> {
  const people = await core.people.list()
  const owner = people.find(person => person.isActive && person.roles.includes('system-administrator'))
  return owner ? { kind: 'sign-in', name: owner.name } : { kind: 'set-up' }
}

async function openSite(options: ShellOptions, isDemo: boolean): Promise<Site> {
  const path = sitePath(options.site, isDemo)
  // The simulated machines forget everything when they stop, so books about them would be wrong from the start.
  if (isDemo) rmSync(path, { recursive: true, force: true })
  const dir = openSiteDir(path)
  const onError = (error: unknown) => options.report(error, { ref: 'core', path: 'core' })
  const core = await openCore({ dir, onError, ...options.coreOptions })
  const app = openApp(core, options.report)
  if (!isDemo) return { core, app, close: core.close }
  try {
    const stopDemo = await options.startDemo(core, options.report)
    const close = async (): Promise<void> => {
      await core.close()
      await stopDemo()
    }
    return { core, app, close }
  } catch (error) {
    await core.close()
    throw error
  }
}

/** @throws {SiteTaken} with the address of the core that holds the site */
function takeLock(site: string): SiteLock {
  const lock = takeSiteLock(prepareSiteDir(site))
  if (!lock) throw new SiteTaken(holderOf(site))
  // What a core that was killed has left behind is not this one's address.
  rmSync(holderFile(site), { force: true })
  return lock
}

/** Empty while the holder is still starting. */
function holderOf(site: string): string {
  try {
    return (JSON.parse(readFileSync(holderFile(site), 'utf8')) as { url: string }).url
  } catch {
    return ''
  }
}
