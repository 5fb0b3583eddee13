import { expect, test } from 'vitest'
import { Board, type Feed } from './board.ts'
import { manualClock } from './manual-clock.ts'

type Row = { readonly name: string; readonly load?: number }
const never = new AbortController().signal

function openBoard(options: { epoch?: string; tombstones?: number } = {}) {
  const clock = manualClock()
  return { clock, board: new Board<Row>({ epoch: 'first', clock, ...options }) }
}

/** What a reader holds after a message. */
function apply(held: Map<string, Row>, feed: Feed<Row>): void {
  if (feed.reset) held.clear()
  for (const row of feed.changed) held.set(row.name, row)
  for (const key of feed.removed) held.delete(key)
}
const sorted = (rows: Iterable<Row>) => [...rows].sort((a, b) => a.name.localeCompare(b.name))

test('a new reader is told to forget all and gets every row', () => {
  const { board } = openBoard()
  board.put('a', { name: 'a' })
  expect(board.read()).toMatchObject({ reset: true, changed: [{ name: 'a' }], removed: [], cursor: { epoch: 'first' } })
})

test('a returning reader gets what changed meanwhile, once each and in its latest state', () => {
  const { board } = openBoard()
  for (const name of ['a', 'b', 'c']) board.put(name, { name })
  const { cursor } = board.read()
  board.put('b', { name: 'b', load: 1 })
  board.put('b', { name: 'b', load: 2 })
  board.delete('c')
  expect(board.read(cursor)).toMatchObject({ reset: false, changed: [{ name: 'b', load: 2 }], removed: ['c'] })
})

test('a row that is removed and comes back is not told as removed', () => {
  const { board } = openBoard()
  board.put('a', { name: 'a' })
  const { cursor } = board.read()
  board.delete('a')
  board.put('a', { name: 'a', load: 3 })
  expect(board.read(cursor)).toMatchObject({ changed: [{ name: 'a', load: 3 }], removed: [] })
})

test('an equal row is no change', () => {
  const { board } = openBoard()
  expect(board.put('a', { name: 'a', load: 1 })).toBe(true)
  expect(board.put('a', { name: 'a', load: 1 })).toBe(false)
  expect(board.read().cursor.seq).toBe(1)
})

test('a reader of an earlier life of the process starts anew', () => {
  const { board } = openBoard({ epoch: 'second' })
  board.put('a', { name: 'a' })
  expect(board.read({ epoch: 'first', seq: 1 })).toMatchObject({ reset: true, changed: [{ name: 'a' }] })
})

test('a reader from before the oldest remembered removal starts anew', () => {
  const { board } = openBoard({ tombstones: 2 })
  for (const name of ['a', 'b', 'c', 'd']) board.put(name, { name })
  const { cursor } = board.read()
  for (const name of ['a', 'b']) board.delete(name)
  expect(board.read(cursor)).toMatchObject({ reset: false, removed: ['a', 'b'] })
  board.delete('c')
  expect(board.read(cursor)).toMatchObject({ reset: true, changed: [{ name: 'd' }], removed: [] })
})

test('the first message comes at once, the next one only when something changed', async () => {
  const { board, clock } = openBoard()
  const changes = board.changes(undefined, { signal: never })
  expect((await changes.next()).value).toMatchObject({ reset: true, changed: [] })
  let second: Feed<Row> | undefined
  void changes.next().then(({ value }) => (second = value ?? undefined))
  await clock.advance(60_000)
  expect(second).toBeUndefined()
  board.put('a', { name: 'a' })
  await clock.advance(1)
  expect(second).toMatchObject({ reset: false, changed: [{ name: 'a' }] })
})

test('messages keep their distance however often rows change', async () => {
  const { board, clock } = openBoard()
  const abort = new AbortController()
  const seen: Feed<Row>[] = []
  const reading = (async () => {
    for await (const feed of board.changes(undefined, { signal: abort.signal, minIntervalMs: 500 })) seen.push(feed)
  })()
  for (let i = 0; i < 200; i++) {
    board.put('a', { name: 'a', load: i })
    await clock.advance(10)
  }
  abort.abort()
  await reading
  expect(seen.length).toBeGreaterThanOrEqual(4)
  expect(seen.length).toBeLessThanOrEqual(6)
})

test('a slow reader makes nothing grow and then sees the latest state', async () => {
  const { board, clock } = openBoard()
  const changes = board.changes(undefined, { signal: never, minIntervalMs: 0 })
  await changes.next()
  for (let i = 0; i < 10_000; i++) board.put(`${i % 10}`, { name: `${i % 10}`, load: i })
  expect(board.size).toBe(10)
  expect(board.waiting).toBe(0)
  const next = changes.next()
  await clock.advance(1)
  expect((await next).value?.changed).toEqual(Array.from({ length: 10 }, (_, i) => ({ name: `${i}`, load: 9_990 + i })))
})

test('nothing is read before the message before has left', async () => {
  const { board, clock } = openBoard()
  let leave = (): void => undefined
  const drained = () => new Promise<void>(resolve => (leave = resolve))
  const changes = board.changes(undefined, { signal: never, minIntervalMs: 0, drained })
  await changes.next()
  let told: Feed<Row> | undefined
  void changes.next().then(({ value }) => (told = value ?? undefined))
  board.put('a', { name: 'a', load: 1 })
  await clock.advance(10_000)
  expect(told).toBeUndefined()
  board.put('a', { name: 'a', load: 2 })
  leave()
  await clock.advance(1)
  expect(told?.changed).toEqual([{ name: 'a', load: 2 }])
})

test('many rows come in messages of 2,000, and rows that change or go in between are not lost', async () => {
  const { board, clock } = openBoard({ tombstones: 5 })
  for (let i = 0; i < 4_500; i++) board.put(`r${i}`, { name: `r${i}`, load: 0 })
  // Removals that were forgotten long ago must not send the reader back to the start.
  for (let i = 0; i < 50; i++) board.delete(`r${i}`)
  const held = new Map<string, Row>()
  const changes = board.changes(undefined, { signal: never, minIntervalMs: 500 })
  const sizes: number[] = []
  for (let message = 0; message < 4; message++) {
    const next = changes.next()
    await clock.advance(500)
    const feed = (await next).value as Feed<Row>
    sizes.push(feed.changed.length)
    expect(feed.reset).toBe(message === 0)
    apply(held, feed)
    if (message === 0) {
      board.delete('r60')
      board.put('r61', { name: 'r61', load: 7 })
    }
    if (message === 2) board.put('r62', { name: 'r62', load: 8 })
  }
  expect(Math.max(...sizes)).toBe(2_000)
  expect(sorted(held.values())).toEqual(sorted(board.rows()))
})

test('a reader whose removals were forgotten while it read starts anew and ends up right', async () => {
  const { board, clock } = openBoard({ tombstones: 3 })
  for (let i = 0; i < 3_000; i++) board.put(`r${i}`, { name: `r${i}` })
  const held = new Map<string, Row>()
  const changes = board.changes(undefined, { signal: never, minIntervalMs: 0 })
  const resets: boolean[] = []
  for (let message = 0; message < 3; message++) {
    const next = changes.next()
    await clock.advance(1)
    const feed = (await next).value as Feed<Row>
    resets.push(feed.reset)
    apply(held, feed)
    if (message === 0) for (let i = 0; i < 10; i++) board.delete(`r${i}`)
  }
  expect(resets).toEqual([true, true, false])
  expect(sorted(held.values())).toEqual(sorted(board.rows()))
})

test('an abort ends the sequence wherever it stands, and leaves no waiter', async () => {
  const { board, clock } = openBoard()
  const abort = new AbortController()
  const changes = board.changes(undefined, { signal: abort.signal })
  await changes.next()
  const end = changes.next()
  await clock.advance(0)
  expect(board.waiting).toBe(1)
  abort.abort()
  expect(await end).toEqual({ done: true, value: undefined })
  expect(board.waiting).toBe(0)
  expect(clock.sleepers()).toBe(0)
})

test('any course of puts and removals leaves a reader that comes and goes with the same rows', () => {
  const { board } = openBoard({ tombstones: 8 })
  const held = new Map<string, Row>()
  let state = 7
  const random = (below: number) => (state = (state * 48_271) % 2_147_483_647) % below
  let cursor: Feed<Row>['cursor'] | undefined
  for (let turn = 0; turn < 400; turn++) {
    for (let i = random(20); i > 0; i--) {
      const name = `r${random(30)}`
      if (random(3) === 0) board.delete(name)
      else board.put(name, { name, load: random(5) })
    }
    const feed = board.read(cursor)
    apply(held, feed)
    cursor = feed.cursor
    expect(sorted(held.values())).toEqual(sorted(board.rows()))
  }
})
