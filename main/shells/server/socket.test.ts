import { once } from 'node:events'
import { createORPCClient, ORPCError } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import type { Contract } from '#contract/index.ts'
import type { Job } from '#contract/jobs.ts'
import { manualClock } from '#lib/manual-clock.ts'
import { codeOf, cookieOf, openReadyShell, password, withPort } from './testing.ts'

type Client = ContractRouterClient<Contract>
type Ready = Awaited<ReturnType<typeof openReadyShell>>

const dial = ({ url }: Ready, headers: Record<string, string>, path = 'rpc'): WebSocket => {
  const ws = new WebSocket(`${url.replace('http', 'ws')}${path}`, { headers: withPort(url, headers) })
  onTestFinished(() => ws.terminate())
  return ws
}

/** The contract over a socket, as a page has it. */
async function openPage(shell: Ready, secret: string): Promise<{ readonly rpc: Client; readonly ws: WebSocket }> {
  const ws = dial(shell, { ...cookieOf(secret), origin: shell.origin })
  await once(ws, 'open')
  const rpc: Client = createORPCClient(new RPCLink({ websocket: ws as never }))
  return { rpc, ws }
}

/** HTTP status with which an upgrade is refused. */
async function refusalOf(ws: WebSocket): Promise<number> {
  return new Promise((resolve, reject) => {
    ws.on('unexpected-response', (_, response) => resolve(response.statusCode ?? 0))
    ws.on('open', () => reject(new Error('it was let in')))
    ws.on('error', () => undefined)
  })
}

test('no socket without a session, without our own origin, or at another address', async () => {
  const shell = await openReadyShell()
  const { origin, administrator } = shell
  const cookie = cookieOf(administrator)
  expect(await refusalOf(dial(shell, { origin }))).toBe(401)
  expect(await refusalOf(dial(shell, { origin, ...cookieOf('guessed') }))).toBe(401)
  expect(await refusalOf(dial(shell, cookie))).toBe(403)
  expect(await refusalOf(dial(shell, { ...cookie, origin: 'http://evil.example' }))).toBe(403)
  expect(await refusalOf(dial(shell, { ...cookie, origin: 'http://evil.example', host: 'evil.example' }))).toBe(403)
  expect(await refusalOf(dial(shell, { ...cookie, origin }, 'other'))).toBe(403)
})

test('a session’s page calls entries by its roles', async () => {
  const shell = await openReadyShell()
  const { rpc } = await openPage(shell, shell.administrator)
  expect((await rpc.session.hello({})).me?.name).toBe('administrator')
  await expect(rpc.identity.list({})).rejects.toMatchObject({ code: 'session/not-allowed' })
})

test('a failure has the same code and facts over HTTP and over the socket', async () => {
  const shell = await openReadyShell()
  const { rpc } = await openPage(shell, shell.administrator)
  const platform = { name: '', levels: [2], cpuOvercommit: 1, reserveHosts: 0 }
  const cases = [
    ['identity/list', {}, () => rpc.identity.list({})],
    ['site/createPlatform', platform, () => rpc.site.createPlatform(platform)],
    ['hosts/retry', { hostId: 'none' }, () => rpc.hosts.retry({ hostId: 'none' as never })],
    [
      'session/changePassword',
      { current: 'wrong', next: 'x' },
      () => rpc.session.changePassword({ current: 'wrong', next: 'x' }),
    ],
  ] as const
  const codes: string[] = []
  for (const [path, input, call] of cases) {
    const overHttp = await shell.post(`/api/${path}`, input, cookieOf(shell.administrator))
    const { code, data } = JSON.parse(overHttp.text) as { code: string; data: Record<string, unknown> }
    const error: unknown = await call().then(
      () => null,
      (failure: unknown) => failure,
    )
    if (!(error instanceof ORPCError)) throw new Error(`${path} went through`)
    // Each wrong password costs a try of its own.
    const { triesLeft: _, ...facts } = data
    expect(error, path).toMatchObject({ code, data: facts, status: overHttp.status })
    codes.push(code)
  }
  expect(codes).toEqual(['session/not-allowed', 'input/invalid', 'store/not-found', 'session/wrong-password'])
})

test('cancelling a stream over the socket ends what feeds it, and so does leaving', async () => {
  const shell = await openReadyShell()
  const { rpc, ws } = await openPage(shell, shell.administrator)
  const board = shell.core().jobBoard
  const ending = new AbortController()
  const stream = await rpc.jobs.watch({}, { signal: ending.signal })
  await stream.next()
  await expect.poll(() => board.waiting).toBe(1)
  ending.abort()
  await expect.poll(() => board.waiting).toBe(0)
  const other = await rpc.jobs.watch({})
  await other.next()
  await expect.poll(() => board.waiting).toBe(1)
  ws.terminate()
  await expect.poll(() => board.waiting).toBe(0)
})

test('leaving a loop over a stream ends what feeds it', async () => {
  const shell = await openReadyShell()
  const { rpc } = await openPage(shell, shell.administrator)
  for await (const message of await rpc.jobs.watch({})) if (message.reset) break
  await expect.poll(() => shell.core().jobBoard.waiting).toBe(0)
})

/** A row of the board that is some 1 MB on the wire. */
const bigJob = (version: number): Job => ({
  ...{ jobId: 'job' as Job['jobId'], kind: 'vm.start', platformId: 'p' as Job['platformId'] },
  ...{ hostId: 'h' as Job['hostId'], hostName: 'h', vmId: 'h.v' as Job['vmId'], vmName: 'v', requestId: null },
  ...{ forWhom: null, author: 'a', reason: 'x'.repeat(1_000_000), state: 'running', createdAt: 1, startedAt: 1 },
  ...{ endedAt: null, steps: [], fault: null, version },
})

test('for a reader that does not read nothing is queued: later it gets the latest state, not every one', async () => {
  const shell = await openReadyShell()
  const { rpc, ws } = await openPage(shell, shell.administrator)
  const board = shell.core().jobBoard
  const streams = await Promise.all(Array.from({ length: 20 }, () => rpc.jobs.watch({})))
  for (const stream of streams) await stream.next()
  ws.pause()
  let version = 0
  const startedAt = performance.now()
  while (performance.now() - startedAt < 3_000) {
    board.put('job', bigJob(++version))
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  ws.resume()
  let messages = 0
  const readToEnd = async (stream: (typeof streams)[number]): Promise<void> => {
    for await (const { changed } of stream) {
      messages += 1
      if (changed[0]?.version === version) return
    }
  }
  await Promise.all(streams.map(readToEnd))
  // One that was on its way, one for the room of the network's own buffers, and the latest.
  expect(messages).toBeLessThanOrEqual(3 * streams.length)
})

test('a page that returns with its cursor misses nothing', async () => {
  const shell = await openReadyShell()
  const board = shell.core().jobBoard
  const first = await openPage(shell, shell.administrator)
  const stream = await first.rpc.jobs.watch({})
  const { value: begin } = await stream.next()
  first.ws.terminate()
  board.put('job', bigJob(1))
  board.delete('job')
  const second = await openPage(shell, shell.administrator)
  const cursor = begin as { cursor: { epoch: string; seq: number } }
  for await (const message of await second.rpc.jobs.watch({ since: cursor.cursor })) {
    expect(message).toMatchObject({ reset: false, changed: [], removed: ['job'] })
    break
  }
})

test('a locked session opens no socket and calls nothing until its password is given', async () => {
  const clock = manualClock()
  const shell = await openReadyShell({ coreOptions: { clock } })
  const { administrator, origin, post } = shell
  const { rpc } = await openPage(shell, administrator)
  await clock.advance(16 * 60_000)
  await expect(rpc.hosts.siteKey({})).rejects.toMatchObject({ code: 'session/locked' })
  expect(codeOf(await post('/api/hosts/siteKey', {}, cookieOf(administrator)))).toBe('session/locked')
  expect(await refusalOf(dial(shell, { ...cookieOf(administrator), origin }))).toBe(401)
  expect(codeOf(await post('/auth/unlock', { password: 'wrong' }, cookieOf(administrator)))).toBe(
    'session/wrong-password',
  )
  await post('/auth/unlock', { password }, cookieOf(administrator))
  expect((await rpc.hosts.siteKey({})).publicKey).toMatch(/^ssh-ed25519 /)
})

test('when the shell closes, its pages are told, and one that says nothing is not waited for', async () => {
  const shell = await openReadyShell()
  const { ws } = await openPage(shell, shell.administrator)
  const silent = (await openPage(shell, shell.administrator)).ws
  silent.pause()
  const closed = once(ws, 'close')
  const startedAt = performance.now()
  await shell.close()
  expect(((await closed) as [number])[0]).toBe(1012)
  expect(performance.now() - startedAt).toBeLessThan(10_000)
})
