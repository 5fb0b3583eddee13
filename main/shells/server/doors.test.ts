import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { contract } from '#contract/index.ts'
import { bearer, codeOf, cookieOf, openReadyShell, openTestShell, password } from './testing.ts'

test('the session’s cookie is out of reach of scripts and of other sites, for twelve hours', async () => {
  const { post } = await openReadyShell()
  const { headers } = await post('/auth/sign-in', { name: 'security', password })
  expect(headers['set-cookie']?.[0]).toMatch(
    /^yunlong_\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/,
  )
})

test('signing out clears the cookie and ends the session', async () => {
  const { post, call, administrator } = await openReadyShell()
  const { headers } = await post('/auth/sign-out', {}, cookieOf(administrator))
  expect(headers['set-cookie']?.[0]).toMatch(/^yunlong_\d+=; .*Max-Age=0$/)
  const state = await call('/auth/state', { headers: cookieOf(administrator) })
  expect(JSON.parse(state.text)).toMatchObject({ phase: 'signed-out', me: null })
})

test('two sites on one machine do not sign each other out', async () => {
  const [one, two] = [await openReadyShell(), await openReadyShell()]
  const names = await Promise.all(
    [one, two].map(async ({ post, url }) => {
      const { headers } = await post('/auth/sign-in', { name: 'security', password })
      return [new URL(url).port, /^yunlong_(\d+)=/.exec(headers['set-cookie']?.[0] ?? '')?.[1]]
    }),
  )
  for (const [port, named] of names) expect(named).toBe(port)
})

test('who goes away in the middle of a request is no bug', async () => {
  const { url, bugs, call } = await openTestShell()
  const { port } = new URL(url)
  for (const path of ['/auth/sign-in', '/api/session/hello'])
    await new Promise<void>(resolve => {
      const socket = connect(Number(port), '127.0.0.1', () => {
        const head = [
          `POST ${path} HTTP/1.1`,
          `Host: 127.0.0.1:${port}`,
          'Content-Length: 100',
          'Content-Type: application/json',
        ]
        socket.write(`${head.join('\r\n')}\r\n\r\n{"a":`, () => setTimeout(() => socket.destroy(), 50))
      }).once('close', resolve)
    })
  expect((await call('/auth/state')).status).toBe(200)
  expect(bugs).toEqual([])
})

test('a name that another site has made resolve to us is no way in', async () => {
  const { call, url } = await openTestShell()
  const { port } = new URL(url)
  for (const path of ['/', '/auth/state', '/api/openapi.json', '/assets/main-1a2b.js']) {
    for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1.evil.example', 'localhost.evil.example'])
      expect((await call(path, { headers: { host } })).status, host).toBe(421)
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`])
      expect((await call(path, { headers: { host } })).status, host).toBe(200)
  }
})

test('a page of another origin acts neither for a session nor signs in', async () => {
  const { post, administrator, bugs } = await openReadyShell()
  for (const origin of ['http://evil.example', 'http://127.0.0.1:1', 'https://127.0.0.1', 'null', '']) {
    const headers = { ...cookieOf(administrator), origin }
    expect((await post('/api/session/touch', {}, headers)).status, origin).toBe(403)
    expect((await post('/auth/sign-in', { name: 'security', password }, headers)).status, origin).toBe(403)
    expect((await post('/auth/sign-out', {}, headers)).status, origin).toBe(403)
  }
  expect(bugs).toEqual([])
})

test('our own page and a script without any page do act', async () => {
  const { post, administrator, origin } = await openReadyShell()
  expect((await post('/api/session/touch', {}, { ...cookieOf(administrator), origin })).status).toBe(200)
  expect((await post('/api/session/touch', {}, cookieOf(administrator))).status).toBe(200)
})

test('every answer forbids foreign scripts, frames and guesses', async () => {
  const { call } = await openTestShell()
  for (const path of ['/', '/auth/state', '/api/openapi.json', '/api/nothing', '/assets/nothing.js']) {
    const { headers } = await call(path)
    expect(headers['content-security-policy'], path).toMatch(/default-src 'self'.*frame-ancestors 'none'/)
    expect(headers['x-content-type-options'], path).toBe('nosniff')
    expect(headers['referrer-policy'], path).toBe('no-referrer')
  }
})

test('what is personal is never cached, and files named after their content always', async () => {
  const { call } = await openTestShell()
  expect((await call('/auth/state')).headers['cache-control']).toBe('no-store')
  expect((await call('/assets/main-1a2b.js')).headers['cache-control']).toMatch(/immutable/)
  expect((await call('/')).headers['cache-control']).toBe('no-cache')
})

const ways = ['/../', '/..%2f', '/%2e%2e/', '/assets/../../', '/assets/..%2f..%2f', '/..\\', '//', '/assets%00/../../']

test('no way leads to a file beside the pages', async () => {
  const { call, bugs } = await openTestShell()
  for (const way of ways) expect((await call(`${way}beside.txt`)).text, way).not.toContain('not to be read')
  expect(bugs).toEqual([])
})

test('an address that is none is refused and no bug', async () => {
  const { call, bugs } = await openTestShell()
  for (const path of ['/%', '/%E0%A4%A', '/assets/%ff']) expect((await call(path)).status, path).toBe(400)
  expect(bugs).toEqual([])
})

test('a page that is no file is the console, an asset that is none is not found, and nothing is written', async () => {
  const { call } = await openTestShell()
  expect(await call('/hosts/h1')).toMatchObject({ status: 200, text: '<title>云龙</title>' })
  expect((await call('/assets/old-9z.js')).status).toBe(404)
  expect((await call('/', { method: 'DELETE' })).status).toBe(405)
  expect(await call('/', { method: 'HEAD' })).toMatchObject({ status: 200, text: '' })
})

test('signing in takes no body beyond 64 KiB, and no body that is not JSON', async () => {
  const { post, bugs } = await openTestShell()
  const large = await post('/auth/sign-in', { name: 'x', password: 'x'.repeat(100_000) })
  expect([large.status, JSON.parse(large.text)]).toEqual([
    422,
    { code: 'input/invalid', data: { field: 'body', rule: 'at most 65536 bytes' } },
  ])
  expect(codeOf(await post('/auth/sign-in', '{'))).toBe('input/invalid')
  expect(codeOf(await post('/auth/sign-in', ''))).toBe('input/invalid')
  expect(bugs).toEqual([])
})

test('the API takes no body beyond 4 MiB, and goes on', async () => {
  const { post, administrator, bugs } = await openReadyShell()
  const headers = cookieOf(administrator)
  const large = await post('/api/hosts/importKnownHosts', { text: 'x'.repeat(5 * 1024 ** 2) }, headers).catch(
    (error: NodeJS.ErrnoException) => error.code,
  )
  if (typeof large === 'object') expect([large.status, codeOf(large)]).toEqual([413, 'input/invalid'])
  else expect(['EPIPE', 'ECONNRESET']).toContain(large)
  expect((await post('/api/session/touch', {}, headers)).status).toBe(200)
  expect(bugs).toEqual([])
})

test('a body of the API that is not JSON is refused by the same code as one of the wrong shape', async () => {
  const { post, administrator, bugs } = await openReadyShell()
  const broken = await post('/api/session/touch', '{', cookieOf(administrator))
  const wrong = await post('/api/site/createPlatform', { name: '' }, cookieOf(administrator))
  expect([codeOf(broken), codeOf(wrong)]).toEqual(['input/invalid', 'input/invalid'])
  expect(JSON.parse(wrong.text)).toMatchObject({ status: 422, data: { field: 'name' } })
  expect(bugs).toEqual([])
})

test('an entry or a route that there is not is not found', async () => {
  const { post, call } = await openTestShell()
  expect((await post('/api/no/entry', {})).status).toBe(404)
  expect((await post('/auth/nothing', {})).status).toBe(404)
  expect((await post('/auth/constructor', {})).status).toBe(404)
  expect((await call('/auth/sign-in')).status).toBe(404)
})

test('a bearer token acts in its role, and a cookie beside it counts for nothing', async () => {
  const { post, issue, administrator } = await openReadyShell()
  const token = await issue('auditor')
  expect((await post('/api/audit/list', {}, bearer(token))).status).toBe(200)
  const changed = await post('/api/site/createPlatform', {}, { ...bearer(token), ...cookieOf(administrator) })
  expect([changed.status, codeOf(changed)]).toEqual([403, 'session/not-allowed'])
  expect(codeOf(await post('/api/audit/list', {}, bearer(`${token}x`)))).toBe('session/signed-out')
  expect(codeOf(await post('/api/audit/list', {}, { ...bearer('x'), ...cookieOf(administrator) }))).toBe(
    'session/signed-out',
  )
})

test('a revoked token is refused at once', async () => {
  const { post, issue, security } = await openReadyShell()
  const token = await issue('auditor')
  const tokens = JSON.parse((await post('/api/identity/listTokens', {}, cookieOf(security))).text) as {
    tokenId: string
  }[]
  await post('/api/identity/revokeToken', { tokenId: tokens[0]?.tokenId }, cookieOf(security))
  expect((await post('/api/audit/list', {}, bearer(token))).status).toBe(401)
})

type Operation = {
  readonly summary?: string
  readonly requestBody?: unknown
  readonly responses?: Record<string, unknown>
}
type Document = {
  readonly openapi: string
  readonly info: { readonly title: string; readonly version: string }
  readonly paths: Record<string, Record<string, Operation>>
}

test('the API describes itself as OpenAPI 3.1: every entry, its summary, body, answer and failures', async () => {
  const { call } = await openTestShell()
  const document = JSON.parse((await call('/api/openapi.json')).text) as Document
  expect(document).toMatchObject({
    openapi: expect.stringMatching(/^3\.1\.\d+$/) as string,
    info: { title: expect.any(String) as string, version: expect.any(String) as string },
    servers: [{ url: '/api' }],
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
  })
  const names = Object.entries(contract).flatMap(([room, entries]) =>
    Object.keys(entries).map(name => `/${room}/${name}`),
  )
  expect(Object.keys(document.paths).sort()).toEqual(names.sort())
  for (const [path, { post }] of Object.entries(document.paths)) {
    expect(post?.summary, path).toMatch(/\S/)
    expect(Object.keys(post?.responses ?? {}), path).toEqual(expect.arrayContaining(['200', '401', '403', '422']))
  }
})

test('every reference of the description leads somewhere', async () => {
  const { call } = await openTestShell()
  const { text } = await call('/api/openapi.json')
  const document = JSON.parse(text) as unknown
  const lost = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].filter(([, pointer = '']) => {
    const parts = pointer.split('/').map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    return (
      parts.reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], document) === undefined
    )
  })
  expect(lost).toEqual([])
})
