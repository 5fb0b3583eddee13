import { expect, test } from 'vitest'
import { canonicalJson, genesis, hashOf, link } from './chain.ts'
import type { Entry, Note } from './model.ts'
import { verifyLines } from './verify.ts'

const note = (number: number, more: Partial<Note> = {}): Note => ({
  actor: { name: 'duty', displayName: '值班长' },
  action: 'vms.act',
  subject: { kind: 'vm', id: `h1.${number}`, name: `vm-${number}` },
  reason: `第 ${number} 次`,
  data: { number, nested: { b: [1, null, 'x'], a: true } },
  ...more,
})

/** `count` linked entries; the clock goes back an hour in the middle. */
function chain(count: number): Entry[] {
  const entries: Entry[] = []
  let head = { seq: 0, hash: genesis }
  for (let number = 1; number <= count; number++) {
    const entry = link(head, note(number), 1_700_000_000_000 + number * 1000 - (number > count / 2 ? 3_600_000 : 0))
    entries.push(entry)
    head = entry
  }
  return entries
}
const lines = (entries: readonly Entry[]): string[] => entries.map(entry => JSON.stringify(entry))
const head = (entries: readonly Entry[]): string => entries.at(-1)?.hash ?? genesis
const whole = chain(12)
const without = (seq: number): Entry[] => whole.filter(entry => entry.seq !== seq)

test('canonical JSON does not depend on the order of keys, at any depth', () => {
  expect(canonicalJson({ b: 1, a: { d: [2, { f: 1, e: 2 }], c: null } })).toBe(
    '{"a":{"c":null,"d":[2,{"e":2,"f":1}]},"b":1}',
  )
})

test('canonical JSON leaves out what JSON leaves out', () => {
  expect(canonicalJson({ a: undefined, b: [undefined, Number.NaN] })).toBe('{"b":[null,null]}')
})

test('canonical JSON tells a number from its text and an empty list from an empty object', () => {
  expect(canonicalJson({ a: 1 })).not.toBe(canonicalJson({ a: '1' }))
  expect(canonicalJson([])).not.toBe(canonicalJson({}))
})

test('every field of an entry is under its hash', () => {
  const [entry] = whole
  if (!entry) throw new Error('no entry')
  const changed: Record<keyof Omit<Entry, 'hash'>, Entry> = {
    seq: { ...entry, seq: 2 },
    at: { ...entry, at: entry.at + 1 },
    actor: { ...entry, actor: 'other' },
    actorName: { ...entry, actorName: 'other' },
    action: { ...entry, action: 'other' },
    subjectKind: { ...entry, subjectKind: 'other' },
    subjectId: { ...entry, subjectId: 'other' },
    subjectName: { ...entry, subjectName: 'other' },
    reason: { ...entry, reason: null },
    data: { ...entry, data: { ...entry.data, nested: { b: [1, null, 'y'], a: true } } },
    prevHash: { ...entry, prevHash: 'f'.repeat(64) },
  }
  expect(Object.keys(changed).sort()).toEqual(
    Object.keys(entry)
      .filter(key => key !== 'hash')
      .sort(),
  )
  for (const [field, other] of Object.entries(changed)) expect(hashOf(other), field).not.toBe(entry.hash)
})

test('what storage or JSON would change is changed before it is hashed', () => {
  const entry = link(
    { seq: 0, hash: genesis },
    note(1, { reason: 'a\uD800b\0c', data: { at: new Date(0), x: '\uDC00' } }),
    1,
  )
  expect(entry.reason).toBe('a\uFFFDb\uFFFDc')
  expect(entry.data).toEqual({ at: '1970-01-01T00:00:00.000Z', x: '\uFFFD' })
  expect(verifyLines([JSON.stringify(entry)], { head: entry.hash }).fault).toBeNull()
})

test('a chain whose clock jumped back is whole', () => {
  expect(verifyLines(lines(whole), { head: head(whole) })).toEqual({ entries: 12, head: head(whole), fault: null })
})

test('an edited entry is found, and so is one whose hash was made to fit', () => {
  const edited = whole.map(entry => (entry.seq === 5 ? { ...entry, reason: '改过' } : entry))
  const refitted = edited.map(entry => (entry.seq === 5 ? { ...entry, hash: hashOf(entry) } : entry))
  expect(verifyLines(lines(edited)).fault).toEqual({ seq: 5, fault: 'edited' })
  expect(verifyLines(lines(refitted)).fault).toEqual({ seq: 6, fault: 'edited' })
})

test('a line to which something was added that its hash does not cover is found', () => {
  const [first = '', ...rest] = lines(whole)
  const spoilt = [
    first.replace('{', '{"note":"approved by the mayor",'),
    first.replace('"actor":', '"actor":"somebody else","actor":'),
    first.replace('"seq":1', '"seq":1.0'),
  ]
  for (const line of spoilt) expect(verifyLines([line, ...rest]).fault, line).toEqual({ seq: 1, fault: 'edited' })
  expect(verifyLines([`${first}\r`, ...rest]).fault).toBeNull()
})

test.each([1, 5, 11])('a removed entry %i is found', seq => {
  expect(verifyLines(lines(without(seq))).fault).toEqual({ seq, fault: 'removed' })
})

test('an inserted entry is found wherever it is and whatever number it has', () => {
  const sixth = whole[5]
  if (!sixth) throw new Error('no entry')
  const foreign = link({ seq: 5, hash: whole[4]?.hash ?? '' }, note(99), 1)
  const renumbered = [...whole.slice(0, 5), foreign, ...whole.slice(5)]
  expect(verifyLines(lines(renumbered)).fault?.seq).toBe(6)
  expect(verifyLines(lines([...whole.slice(0, 6), sixth, ...whole.slice(6)])).fault).toEqual({
    seq: 6,
    fault: 'reordered',
  })
})

test('entries that changed places are called reordered', () => {
  const [a, b, c, d, ...rest] = whole
  if (!a || !b || !c || !d) throw new Error('no entries')
  expect(verifyLines(lines([a, c, b, d, ...rest])).fault).toEqual({ seq: 2, fault: 'reordered' })
})

test('a cut-off tail is found through a deposited hash, and only through it', () => {
  const cut = whole.slice(0, 9)
  expect(verifyLines(lines(cut)).fault).toBeNull()
  expect(verifyLines(lines(cut), { head: head(whole) }).fault).toEqual({ seq: 10, fault: 'truncated' })
})

test('a deposited hash may be older than the end', () => {
  expect(verifyLines(lines(whole), { head: whole[6]?.hash }).fault).toBeNull()
})

test('a span is verified when its first number is known, and is no whole chain', () => {
  const span = whole.slice(4)
  expect(verifyLines(lines(span)).fault).toEqual({ seq: 1, fault: 'removed' })
  expect(verifyLines(lines(span), { first: 5, head: head(whole) }).fault).toBeNull()
  expect(verifyLines(lines(span.slice(1)), { first: 5 }).fault).toEqual({ seq: 5, fault: 'removed' })
})

test.each(['', '{', 'null', '7', '[]', '{"seq":"3"}', '{"seq":3}'])(
  'a line that is no entry, %j, breaks the chain',
  line => {
    const spoilt = [...lines(whole.slice(0, 2)), line === '' ? '\u0001' : line, ...lines(whole.slice(3))]
    expect(verifyLines(spoilt).fault).toEqual({ seq: 3, fault: 'edited' })
  },
)

test('a chain whose first entry points back to something else is not whole', () => {
  const first = link({ seq: 0, hash: 'f'.repeat(64) }, note(1), 1)
  expect(verifyLines(lines([first])).fault).toEqual({ seq: 1, fault: 'edited' })
})

test('empty lines between entries break nothing', () => {
  const text = lines(whole).join('\n\n').split('\n')
  expect(verifyLines([...text, ' '], { head: head(whole) })).toMatchObject({ entries: 12, fault: null })
})

test('an export without entries is whole only if no end was deposited', () => {
  expect(verifyLines([]).fault).toBeNull()
  expect(verifyLines([], { head: head(whole) }).fault).toEqual({ seq: 1, fault: 'truncated' })
})
