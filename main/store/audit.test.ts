import { expect, test } from 'vitest'
import { verifyLines, verifySite, type Entry } from '#core/audit/index.ts'
import { manualClock } from '#lib/manual-clock.ts'
import { note, openTestStore, tamper } from './testing.ts'

/** A store with ten entries; the clock goes back between the fifth and the sixth. */
async function tenEntries() {
  const clock = manualClock()
  const store = await openTestStore({ clock })
  for (let number = 1; number <= 10; number++) {
    clock.jump(number === 6 ? -3_600_000 : 1_000)
    await store.database.commit({ writes: [], audit: [note(`test.${number}`, { data: { number } })] })
  }
  const entries: Entry[] = []
  for await (const page of store.audit.walk()) entries.push(...page)
  return { ...store, clock, tamper: tamper.bind(null, store.file), entries, head: entries.at(-1)?.hash ?? '' }
}
const swap = (a: number, b: number) => [
  `update audit set seq = -1 where seq = ${a}`,
  `update audit set seq = ${a} where seq = ${b}`,
  `update audit set seq = ${b} where seq = -1`,
]

test('an untouched site is whole, also where the clock was set back', async () => {
  const { audit, head } = await tenEntries()
  expect(await verifySite(audit, head)).toEqual({ entries: 10, head, fault: null })
})

test('a site without entries is whole', async () => {
  const { audit } = await openTestStore()
  expect((await verifySite(audit)).fault).toBeNull()
})

test.each([
  ['an edited reason', ["update audit set reason = '改过' where seq = 4"], { seq: 4, fault: 'edited' }],
  ['edited facts', [`update audit set data = '{"number":5}' where seq = 4`], { seq: 4, fault: 'edited' }],
  ['facts that are no JSON any more', [`update audit set data = '{' where seq = 4`], { seq: 4, fault: 'edited' }],
  ['a time before 1970', ['update audit set at = -1 where seq = 4'], { seq: 4, fault: 'edited' }],
  ['a removed entry', ['delete from audit where seq = 4'], { seq: 4, fault: 'removed' }],
  ['a removed beginning', ['delete from audit where seq < 3'], { seq: 1, fault: 'removed' }],
  ['swapped entries', swap(4, 5), { seq: 4, fault: 'edited' }],
  ['a cut-off tail', ['delete from audit where seq > 8'], { seq: 9, fault: 'truncated' }],
  ['everything gone', ['delete from audit'], { seq: 1, fault: 'truncated' }],
  ['an end that was moved back', ['update audit_head set seq = 9'], { seq: 10, fault: 'edited' }],
])('%s is found without any deposited hash', async (_, statements, fault) => {
  const { audit, tamper } = await tenEntries()
  tamper(...statements)
  expect((await verifySite(audit)).fault).toEqual(fault)
})

test('an inserted entry is found', async () => {
  const { audit, tamper } = await tenEntries()
  const columns = 'at, actor, actor_name, action, subject_kind, subject_id, subject_name, reason, data, prev_hash, hash'
  tamper(`insert into audit select 11, ${columns} from audit where seq = 10`)
  expect((await verifySite(audit)).fault?.seq).toBe(11)
})

test('a tail that was cut off together with the remembered end is found through a deposited hash', async () => {
  const { audit, tamper, head, entries } = await tenEntries()
  tamper('delete from audit where seq > 8', `update audit_head set seq = 8, hash = '${entries[7]?.hash}'`)
  expect((await verifySite(audit)).fault).toBeNull()
  expect((await verifySite(audit, head)).fault).toEqual({ seq: 9, fault: 'truncated' })
})

test('after its end was moved back, nothing is committed and nothing is covered up', async () => {
  const { database, tamper, entries } = await tenEntries()
  tamper(`update audit_head set seq = 8, hash = '${entries[7]?.hash}'`)
  await expect(database.commit({ writes: [], audit: [note('test.more')] })).rejects.toThrow('audit.seq')
})

test('an export of a span of time has no gaps, whatever the clock did', async () => {
  const { audit, entries } = await tenEntries()
  const lines: string[] = []
  for await (const page of audit.walk({ from: entries[2]?.at })) lines.push(...page.map(entry => JSON.stringify(entry)))
  expect(verifyLines(lines, { first: 3 })).toMatchObject({ entries: 3, fault: null })
})

test('commits that come at once give one chain', async () => {
  const { database, audit } = await openTestStore()
  await Promise.all(
    Array.from({ length: 200 }, (_, number) =>
      database.commit({ writes: [], audit: [note(`test.${number}`), note(`test.${number}.more`)] }),
    ),
  )
  expect(await verifySite(audit)).toMatchObject({ entries: 400, fault: null })
})

test('a site that grows while it is verified is not called broken', async () => {
  const { database, audit } = await tenEntries()
  const growing = { ...audit, head: () => audit.head() }
  const walk = audit.walk
  growing.walk = async function* (span) {
    await database.commit({ writes: [], audit: [note('test.before')] })
    yield* walk(span)
    await database.commit({ writes: [], audit: [note('test.after')] })
  }
  expect((await verifySite(growing)).fault).toBeNull()
})

test('text that UTF-8 cannot hold does not break the chain', async () => {
  const { database, audit } = await openTestStore()
  const odd = 'a\uD800b\0c'
  await database.commit({
    writes: [],
    audit: [note('test.odd', { reason: odd, actor: { name: odd, displayName: odd }, data: { odd } })],
  })
  expect((await verifySite(audit)).fault).toBeNull()
  expect((await audit.list({ limit: 1 })).entries[0]?.reason).toBe('a\uFFFDb\uFFFDc')
})

test('the list is newest first, in pages, and its total does not depend on the page', async () => {
  const { audit } = await tenEntries()
  const first = await audit.list({ limit: 4 })
  expect(first.entries.map(entry => entry.seq)).toEqual([10, 9, 8, 7])
  const second = await audit.list({ limit: 4, before: 7 })
  expect(second.entries.map(entry => entry.seq)).toEqual([6, 5, 4, 3])
  expect([first.total, second.total]).toEqual([10, 10])
})

test('a search takes signs that SQL knows for what they are', async () => {
  const { database, audit } = await openTestStore()
  for (const reason of ['100%', '1000', 'a_b', 'aXb', 'c\\d'])
    await database.commit({ writes: [], audit: [note('test', { reason })] })
  const found = async (search: string) => (await audit.list({ limit: 9, search })).entries.map(entry => entry.reason)
  expect(await found('100%')).toEqual(['100%'])
  expect(await found('a_b')).toEqual(['a_b'])
  expect(await found('c\\d')).toEqual(['c\\d'])
  expect(await found("' or 1=1 --")).toEqual([])
})

test('a chain of many pages is verified at thousands of entries a second', async () => {
  const { database, audit } = await openTestStore()
  const entries = 12_000
  for (let round = 0; round < entries / 1_000; round++)
    await database.commit({
      writes: [],
      audit: Array.from({ length: 1_000 }, () => note('test.many', { data: { round } })),
    })
  const startedAt = performance.now()
  expect(await verifySite(audit)).toMatchObject({ entries, fault: null })
  expect(entries / ((performance.now() - startedAt) / 1_000)).toBeGreaterThan(1_000)
})
