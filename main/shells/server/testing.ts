import { request as httpRequest, type IncomingHttpHeaders, type RequestOptions } from 'node:http'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { UndeclaredFailure } from '#app/index.ts'
import { testDirectory } from '#store/testing.ts'
import { openShell, type ShellOptions } from './shell.ts'

const cheapCost = { N: 16, r: 1, p: 1 } as const
export const password = 'Nine-lives-9'
export type Answer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly text: string }
export type Wish = {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** One HTTP exchange, with whatever headers a test wants, `Host` and `Origin` included. */
export function ask(url: string, path: string, { method = 'GET', headers = {}, body }: Wish = {}): Promise<Answer> {
  const { hostname, port } = new URL(url)
  const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body)
  const type = text === undefined ? {} : { 'content-type': 'application/json' }
  const options: RequestOptions = {
    hostname,
    port,
    path,
    method,
    headers: { ...type, ...withPort(url, headers) },
    agent: false,
  }
  return new Promise((resolve, reject) => {
    const request = httpRequest(options, response => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => void chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString('utf8'),
        }),
      )
    })
    request.on('error', reject)
    request.end(text)
  })
}

/** The secret that an answer sets as the session's cookie. */
export const secretOf = ({ headers }: Answer): string =>
  /yunlong_\d+=([^;]*)/.exec(headers['set-cookie']?.[0] ?? '')?.[1] ?? ''
/** The cookie's name has the port in it, which is filled in where the request is made. */
export const cookieOf = (secret: string): Record<string, string> => ({ cookie: `theme=dark; yunlong_PORT=${secret}` })
export const withPort = (url: string, headers: Readonly<Record<string, string>>): Record<string, string> => ({
  ...headers,
  ...(headers['cookie'] ? { cookie: headers['cookie'].replace('PORT', new URL(url).port) } : {}),
})
export const codeOf = ({ text }: Answer): string => (JSON.parse(text) as { code: string }).code

export type TestShellOptions = Partial<Pick<ShellOptions, 'startDemo' | 'site' | 'coreOptions'>>

/** A shell on a free port over a new site, with pages of its own; closed when the test has finished. */
export async function openTestShell(options: TestShellOptions = {}) {
  const { site = testDirectory(), startDemo = () => Promise.resolve(() => Promise.resolve()), coreOptions } = options
  const pages = join(testDirectory(), 'pages')
  mkdirSync(join(pages, 'assets'), { recursive: true })
  writeFileSync(join(pages, 'index.html'), '<title>云龙</title>')
  writeFileSync(join(pages, 'assets', 'main-1a2b.js'), 'export {}')
  writeFileSync(join(pages, '..', 'beside.txt'), 'not to be read')
  const bugs: unknown[] = []
  const report = (error: unknown): void => void bugs.push(error)
  const shell = await openShell(
    { site, port: 0, pages, report, startDemo, coreOptions: { passwordCost: cheapCost, ...coreOptions } },
    false,
  )
  let isOpen = true
  const close = async (): Promise<void> => {
    if (isOpen) await shell.close()
    isOpen = false
  }
  onTestFinished(async () => {
    await close()
    expect(bugs.filter(bug => bug instanceof UndeclaredFailure)).toEqual([])
  })
  const call = (path: string, wish?: Wish): Promise<Answer> => ask(shell.url, path, wish)
  const post = (path: string, body: unknown, headers: Wish['headers'] = {}): Promise<Answer> =>
    call(path, { method: 'POST', body, headers })
  return { ...shell, close, site, pages, bugs, call, post, origin: shell.url.slice(0, -1) }
}
export type TestShell = Awaited<ReturnType<typeof openTestShell>>

const officer = (name: string) => ({ name, displayName: name, password })
export const setUp = { siteName: '测试站点', administrator: officer('administrator'), security: officer('security') }

/** The secret that a start link's token is exchanged for. */
export async function followLink({ startLink, post }: TestShell): Promise<string> {
  const token = (await startLink()).split('#token=')[1]
  return secretOf(await post('/auth/token', { token }))
}

/** A shell whose site has been set up; with the secrets of its two officers’ sessions. */
export async function openReadyShell(options: TestShellOptions = {}) {
  const shell = await openTestShell(options)
  const first = await followLink(shell)
  const administrator = secretOf(await shell.post('/auth/set-up', setUp, cookieOf(first)))
  const signIn = async (name: string): Promise<string> =>
    secretOf(await shell.post('/auth/sign-in', { name, password }))
  const security = await signIn('security')
  /** A token of somebody who holds this role, issued the ordinary way. */
  const issue = async (role: string): Promise<string> => {
    const holder = { ...officer(`script-${role}`), roles: [role], departmentId: null }
    const added = await shell.post('/api/identity/create', holder, cookieOf(security))
    const { personId } = JSON.parse(added.text) as { personId: string }
    const wish = { label: `${role} 脚本`, personId, role, expiresInDays: 1 }
    const answer = await shell.post('/api/identity/issueToken', wish, cookieOf(security))
    return (JSON.parse(answer.text) as { token: string }).token
  }
  return { ...shell, administrator, security, signIn, issue }
}
export const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` })
