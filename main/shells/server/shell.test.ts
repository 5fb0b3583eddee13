import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'
import { coreVersion } from '#app/version.ts'
import { takeSiteLock } from '#store/index.ts'
import { testDirectory } from '#store/testing.ts'
import { openShell, SiteTaken } from './shell.ts'
import { ask, codeOf, cookieOf, followLink, openReadyShell, openTestShell, secretOf, setUp } from './testing.ts'

test('everybody is told which core this is, so that an older page reloads itself', async () => {
  const { call, post } = await openTestShell()
  expect(JSON.parse((await call('/auth/state')).text)).toMatchObject({ phase: 'first-run', ...coreVersion })
  expect(JSON.parse((await post('/api/session/hello', {})).text)).toMatchObject({ ...coreVersion, me: null })
})

test('a start link is good once: for the first steps of a new site', async () => {
  const shell = await openTestShell()
  const token = (await shell.startLink()).split('#token=')[1]
  const first = secretOf(await shell.post('/auth/token', { token }))
  const state = await shell.call('/auth/state', { headers: cookieOf(first) })
  expect(JSON.parse(state.text)).toMatchObject({ phase: 'first-run', mayTakeFirstSteps: true })
  expect(codeOf(await shell.post('/auth/token', { token }))).toBe('session/token-spent')
})

test('without the start link nobody sets a site up', async () => {
  const shell = await openTestShell()
  expect(codeOf(await shell.post('/auth/set-up', setUp))).toBe('session/signed-out')
  expect(codeOf(await shell.post('/auth/set-up', setUp, cookieOf('guessed')))).toBe('session/signed-out')
  expect(codeOf(await shell.post('/auth/try-demo', {}))).toBe('session/signed-out')
})

test('a first-run session may set the site up and nothing else', async () => {
  const shell = await openTestShell()
  const first = await followLink(shell)
  expect(codeOf(await shell.post('/api/site/settings', {}, cookieOf(first)))).toBe('session/signed-out')
})

test('setting up signs the administrator in, and cannot be done twice', async () => {
  const shell = await openTestShell()
  const first = await followLink(shell)
  const answers = await Promise.all([1, 2].map(() => shell.post('/auth/set-up', setUp, cookieOf(first))))
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
  const done = answers.find(({ status }) => status === 200)
  const state = await shell.call('/auth/state', { headers: cookieOf(done ? secretOf(done) : '') })
  expect(JSON.parse(state.text)).toMatchObject({
    phase: 'signed-in',
    siteName: '测试站点',
    me: { name: 'administrator' },
  })
  expect(codeOf(await shell.post('/auth/set-up', setUp, cookieOf(first)))).toBe('site/already-set-up')
  expect(shell.core().knownPlatforms()).toHaveLength(2)
})

test.each([
  [
    'a weak password',
    { ...setUp, administrator: { ...setUp.administrator, password: 'weak' } },
    'identity/weak-password',
  ],
  ['one person for both offices', { ...setUp, administrator: setUp.security }, 'identity/name-taken'],
])('set-up with %s is refused whole and can be done again', async (_, input, code) => {
  const shell = await openTestShell()
  const first = await followLink(shell)
  expect(codeOf(await shell.post('/auth/set-up', input, cookieOf(first)))).toBe(code)
  expect((await shell.post('/auth/set-up', setUp, cookieOf(first))).status).toBe(200)
})

test('a start link of a site that is set up signs its administrator in, once', async () => {
  const shell = await openReadyShell()
  const secret = await followLink(shell)
  const state = await shell.call('/auth/state', { headers: cookieOf(secret) })
  expect(JSON.parse(state.text)).toMatchObject({ phase: 'signed-in', me: { name: 'administrator' } })
})

test('a second core on a site is refused with the first one’s address', async () => {
  const first = await openTestShell()
  const second = openTestShell({ site: first.site })
  await expect(second).rejects.toThrow(SiteTaken)
  await expect(second).rejects.toThrow(first.url)
})

test('a core that is just starting has no address yet, and what a killed one left is not its address', async () => {
  const site = testDirectory()
  const lock = takeSiteLock(join(site, 'lock.sqlite'))
  await expect(openTestShell({ site })).rejects.toThrow(new SiteTaken(''))
  lock?.release()
  writeFileSync(join(site, 'core.json'), JSON.stringify({ url: 'http://127.0.0.1:9/' }))
  const shell = await openTestShell({ site })
  expect(JSON.parse(readFileSync(join(site, 'core.json'), 'utf8'))).toMatchObject({ url: shell.url })
})

test('a site that was closed opens again with what it had', async () => {
  const first = await openReadyShell()
  await first.close()
  expect(existsSync(join(first.site, 'core.json'))).toBe(false)
  const second = await openTestShell({ site: first.site })
  const state = await second.call('/auth/state', { headers: cookieOf(first.administrator) })
  expect(JSON.parse(state.text)).toMatchObject({ phase: 'signed-in', siteName: '测试站点' })
})

test('a shell that cannot open gives the site back', async () => {
  const site = testDirectory()
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  onTestFinished(() => void taken.close())
  const options = { site, pages: site, report: () => undefined, startDemo: () => Promise.reject(new Error('no demo')) }
  const { port } = taken.address() as AddressInfo
  await expect(openShell({ ...options, port }, false)).rejects.toMatchObject({ code: 'EADDRINUSE' })
  await expect(openShell({ ...options, port: 0 }, true)).rejects.toThrow('no demo')
  await (await openTestShell({ site })).close()
})

test('only the owner can read what a site keeps', async () => {
  const { site } = await openReadyShell()
  expect(statSync(site).mode & 0o777).toBe(0o700)
  for (const file of ['site.key', 'id_ed25519']) expect(statSync(join(site, file)).mode & 0o777, file).toBe(0o600)
})

test('a directory of somebody else’s is neither closed to others nor emptied', async () => {
  const site = testDirectory()
  chmodSync(site, 0o755)
  mkdirSync(join(site, 'demo'))
  writeFileSync(join(site, 'demo', 'thesis.txt'), 'years of work')
  const options = { site, port: 0, pages: site, report: () => undefined, startDemo: () => Promise.reject(new Error()) }
  await expect(openShell(options, true)).rejects.toMatchObject({ kind: 'foreign', file: site })
  expect(readFileSync(join(site, 'demo', 'thesis.txt'), 'utf8')).toBe('years of work')
  expect([readdirSync(site), statSync(site).mode & 0o777]).toEqual([['demo'], 0o755])
})

test.each([
  ['site.key', 'emptied', 'damaged'],
  ['site.key', 'gone', 'missing'],
  ['site.sqlite', 'emptied', 'missing'],
  ['site.sqlite', 'gone', 'missing'],
  ['site.sqlite', 'spoilt', 'damaged'],
  ['metrics.sqlite', 'spoilt', 'damaged'],
  ['lock.sqlite', 'spoilt', 'damaged'],
])('a %s that is %s is said to be %s, and not made anew over what there is', async (name, how, kind) => {
  const { site, close } = await openReadyShell()
  await close()
  const file = join(site, name)
  if (how === 'gone') rmSync(file)
  else writeFileSync(file, how === 'emptied' ? '' : 'no database at all, and long enough to be seen as none')
  await expect(openTestShell({ site })).rejects.toMatchObject({ kind, file })
})

test('trying the demo leaves the site for a fresh one, by one click or two', async () => {
  let started = 0
  const startDemo = async (core: Parameters<Parameters<typeof openShell>[0]['startDemo']>[0]) => {
    started += 1
    await core.people.createAll({ name: 'demo', displayName: 'demo' }, [
      { ...setUp.administrator, name: 'duty', roles: ['system-administrator'], departmentId: null },
    ])
    return () => Promise.resolve()
  }
  const shell = await openTestShell({ startDemo })
  const first = await followLink(shell)
  const answers = await Promise.all([1, 2].map(() => shell.post('/auth/try-demo', {}, cookieOf(first))))
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
  expect(started).toBe(1)
  const { token } = JSON.parse(answers.find(({ status }) => status === 200)?.text ?? '') as { token: string }
  const secret = secretOf(await shell.post('/auth/token', { token }))
  const state = await shell.call('/auth/state', { headers: cookieOf(secret) })
  expect(JSON.parse(state.text)).toMatchObject({ phase: 'signed-in', me: { name: 'duty' } })
})

test('a demo that does not start leaves the site as it was', async () => {
  const shell = await openTestShell({ startDemo: () => Promise.reject(new Error('no demo')) })
  const first = await followLink(shell)
  expect(codeOf(await shell.post('/auth/try-demo', {}, cookieOf(first)))).toBe('internal')
  expect(shell.bugs).toHaveLength(1)
  expect((await shell.post('/auth/set-up', setUp, cookieOf(first))).status).toBe(200)
})

test('pages that were not built are said to be missing', async () => {
  const { call, pages, bugs } = await openTestShell()
  rmSync(join(pages, 'index.html'))
  const answer = await call('/')
  expect([answer.status, answer.text]).toEqual([503, expect.stringContaining('npm run build')])
  expect(bugs).toEqual([])
})

test('a core that is killed gives its site to the next one, which has everything', { timeout: 60_000 }, async () => {
  const site = testDirectory()
  const start = async () => {
    const args = ['main/shells/server/main.ts', '--json', '--port', '0', '--site', site]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    onTestFinished(() => void child.kill('SIGKILL'))
    const said = once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>
    return { child, said }
  }
  const first = await start()
  const { url, link } = JSON.parse((await first.said)[0]) as { url: string; link: string }
  const second = await start()
  const [[text], [code]] = await Promise.all([
    once(second.child.stderr, 'data') as Promise<[Buffer]>,
    once(second.child, 'exit') as Promise<[number]>,
  ])
  expect([code, String(text)]).toEqual([1, expect.stringContaining(url)])
  const wish = { method: 'POST', body: { token: link.split('#token=')[1] } }
  const secret = secretOf(await ask(url, '/auth/token', wish))
  expect((await ask(url, '/auth/set-up', { method: 'POST', body: setUp, headers: cookieOf(secret) })).status).toBe(200)
  first.child.kill('SIGKILL')
  await once(first.child, 'exit')
  const third = await start()
  const next = JSON.parse((await third.said)[0]) as { url: string }
  expect(JSON.parse((await ask(next.url, '/auth/state')).text)).toMatchObject({ siteName: '测试站点' })
  // As npm, its script and the terminal hand on one Ctrl+C: three times.
  for (const _ of [1, 2, 3]) third.child.kill('SIGINT')
  expect(await once(third.child, 'exit')).toEqual([0, null])
  expect(readdirSync(site).filter(name => /core|-wal/.test(name))).toEqual([])
})

test(
  'a core whose database has died says so and ends, and the next one has everything',
  { timeout: 60_000 },
  async () => {
    const site = testDirectory()
    const flag = join(site, 'die')
    // Runs in the core's threads too: there it ends the thread that it is in, as running out of memory would.
    const preload = `
    import { existsSync } from 'node:fs'
    import { isMainThread } from 'node:worker_threads'
    if (!isMainThread) setInterval(() => existsSync(${JSON.stringify(flag)}) && process.exit(7), 20)`
    const start = (...options: string[]) => {
      const args = [...options, 'main/shells/server/main.ts', '--json', '--port', '0', '--site', site]
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
      onTestFinished(() => void child.kill('SIGKILL'))
      return { child, ready: once(createInterface({ input: child.stdout }), 'line'), exit: once(child, 'exit') }
    }
    const first = start('--import', `data:text/javascript,${encodeURIComponent(preload)}`)
    const said: Buffer[] = []
    first.child.stderr.on('data', (chunk: Buffer) => void said.push(chunk))
    await first.ready
    writeFileSync(flag, '')
    expect(await first.exit).toEqual([1, null])
    expect(Buffer.concat(said).toString('utf8')).toMatch(/\.sqlite 的线程意外终止.*ended with code 7.*start again/)
    expect(readFileSync(join(site, 'yunlong.log'), 'utf8')).toContain('ended with code 7')
    const second = start()
    await second.ready
    second.child.kill('SIGINT')
    expect(await second.exit).toEqual([0, null])
  },
)
