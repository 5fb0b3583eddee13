import { expect, test } from 'vitest'
import type { Cursor } from '#contract/feed.ts'
import type { Job } from '#contract/jobs.ts'
import { manualClock } from '#lib/manual-clock.ts'
import type { Attendance } from './context.ts'
import { addTenants, callerOf, openTestCore } from './testing.ts'

const operator = callerOf(['operator'])

/** The next message of a stream that goes on. */
async function message<T>(stream: AsyncIterator<T>): Promise<T> {
  const { value, done } = await stream.next()
  if (done) throw new Error('the stream ended')
  return value
}

async function openRequests() {
  const site = await openTestCore()
  const { a } = await addTenants(site)
  const submit = async (vmName: string) => (await site.core.intake.submit(operator, a.need(vmName))).requestId
  return { ...site, submit }
}

test('cancelling a stream ends what feeds it', async () => {
  const { as, core } = await openRequests()
  const ending = new AbortController()
  const stream = await as(operator).requests.watch({}, { signal: ending.signal })
  await stream.next()
  const next = stream.next()
  await expect.poll(() => core.requestBoard.waiting).toBe(1)
  ending.abort()
  await next.catch(() => undefined)
  await expect.poll(() => core.requestBoard.waiting).toBe(0)
})

test('a reader that returns with its cursor gets what changed since, and nothing twice', async () => {
  const { as, submit } = await openRequests()
  const first = await submit('vm-1')
  const read = async (since?: Cursor) => {
    const ending = new AbortController()
    const stream = await as(operator).requests.watch(since ? { since } : {}, { signal: ending.signal })
    const first = await message(stream)
    ending.abort()
    return first
  }
  await expect.poll(async () => (await read()).changed.map(row => row.requestId)).toEqual([first])
  const { cursor } = await read()
  const second = await submit('vm-2')
  await expect.poll(async () => (await read(cursor)).changed.map(row => row.requestId)).toEqual([second])
  expect((await read(cursor)).reset).toBe(false)
})

test('a cursor of an earlier life of the core gives everything anew', async () => {
  const { as, submit, core } = await openRequests()
  await submit('vm-1')
  await expect.poll(() => core.requestBoard.size).toBe(1)
  const stream = await as(operator).requests.watch({ since: { epoch: 'earlier', seq: 99 } })
  const { reset, changed } = await message(stream)
  expect([reset, changed.length]).toEqual([true, 1])
  await stream.return(undefined)
})

test.each([
  ['the session locks', { caller: operator, isLocked: true }, 'session/locked'],
  ['the session ends', { caller: undefined, isLocked: false }, 'session/signed-out'],
  ['the right is taken away', { caller: callerOf(['applicant']), isLocked: false }, 'session/not-allowed'],
])('when %s, a stream tells nothing more', async (_, later: Attendance, code) => {
  const clock = manualClock()
  const { attending, core } = await openTestCore({ clock })
  let now: Attendance = { caller: operator, isLocked: false }
  const stream = await attending(() => now).jobs.watch({})
  await stream.next()
  now = later
  await clock.advance(2_000)
  const next = stream.next()
  const outcome = next.then(
    () => 'told',
    (error: unknown) => (error as { code: string }).code,
  )
  core.jobBoard.put('job', {} as Job)
  core.jobBoard.delete('job')
  await clock.advance(1_000)
  expect(await outcome).toBe(code)
})

test('a slow reader holds up nothing: what changed meanwhile comes once, in its latest state', async () => {
  const { core, submit, withContext } = await openRequests()
  const requestId = await submit('vm-1')
  await expect.poll(() => core.requestBoard.size).toBe(1)
  const row = core.requestBoard.get(requestId)
  if (!row) throw new Error('no row')
  const sent = Promise.withResolvers<void>()
  const stream = await withContext({ caller: operator, isLocked: false }, () => sent.promise).requests.watch({})
  await message(stream)
  const second = message(stream)
  for (let version = 2; version <= 1_000; version++) core.requestBoard.put(requestId, { ...row, version })
  sent.resolve()
  expect((await second).changed.map(({ version }) => version)).toEqual([1_000])
})
