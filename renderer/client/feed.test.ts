import { expect, test } from 'vitest'
import type { Feed } from '#contract/feed.ts'
import { mergeFeed, noRows, type Rows } from './feed.ts'

type Row = { readonly id: string; readonly n: number }
const keyOf = (row: Row): string => row.id
const say = (seq: number, part: Partial<Feed<Row>>): Feed<Row> => ({
  cursor: { epoch: 'a', seq },
  reset: false,
  changed: [],
  removed: [],
  at: 0,
  ...part,
})
const one = { id: 'one', n: 1 }
const two = { id: 'two', n: 2 }
const start: Rows<Row> = mergeFeed<Row>(noRows, say(1, { reset: true, changed: [one, two] }), keyOf)

test('a changed row is replaced and every other row stays the same object', () => {
  const next = mergeFeed(start, say(2, { changed: [{ id: 'one', n: 9 }] }), keyOf)
  expect(next.rows.get('one')).toEqual({ id: 'one', n: 9 })
  expect(next.rows.get('two')).toBe(two)
})

test('a removed row is gone, and removing what was never there harms nothing', () => {
  const next = mergeFeed(start, say(2, { removed: ['one', 'three'] }), keyOf)
  expect([...next.rows.keys()]).toEqual(['two'])
})

test('a reset forgets rows that the message does not bring again', () => {
  const next = mergeFeed(start, say(7, { reset: true, changed: [two] }), keyOf)
  expect([...next.rows.keys()]).toEqual(['two'])
})

test('a reset without rows leaves none', () => {
  expect(mergeFeed(start, say(7, { reset: true }), keyOf).rows.size).toBe(0)
})

test('a message without changes moves the cursor on and keeps the very same map', () => {
  const next = mergeFeed(start, say(5, {}), keyOf)
  expect(next.rows).toBe(start.rows)
  expect(next.cursor).toEqual({ epoch: 'a', seq: 5 })
})

test('what was handed out before is not changed by later messages', () => {
  mergeFeed(start, say(2, { removed: ['one'], changed: [{ id: 'two', n: 0 }] }), keyOf)
  expect([...start.rows.values()]).toEqual([one, two])
})
