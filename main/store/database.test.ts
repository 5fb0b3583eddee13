import { spawn } from 'node:child_process'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { AppError } from '#contract/errors.ts'
import { verifySite } from '#core/audit/index.ts'
import { manualClock } from '#lib/manual-clock.ts'
import type { Versioned, Write } from '#lib/records.ts'
import { Database } from './database.ts'
import { openRecords } from './records.ts'
import { StoreFault } from './store-fault.ts'
import { note, openTestStore, testDirectory } from './testing.ts'

type Thing = Versioned & { readonly id: string; readonly colour: string; readonly size: number }
const migrations = [
  [
    'create table things (id text primary key, version integer not null, colour text not null, size integer not null, data text not null)',
    'create unique index things_by_size on things (size)',
  ],
]
const clock = manualClock()
const thing = (id: string, more: Partial<Thing> = {}): Thing => ({
  id,
  colour: 'red',
  size: id.length,
  version: 1,
  ...more,
})
const changed = (what: string) => new AppError('store/changed-meanwhile', { what })

async function openThings() {
  const { database, audit } = await openTestStore()
  await database.commit({
    writes: migrations[0]?.map(sql => ({ sql, values: [] }) as unknown as Write) ?? [],
    audit: [],
  })
  const things = openRecords<Thing, { colour: string; size: number }>(database, {
    name: 'things',
    idOf: row => row.id,
    columns: {
      colour: { column: 'colour', of: row => row.colour },
      size: { column: 'size', of: row => row.size },
    },
  })
  return { database, audit, things }
}

test('a commit writes its rows and its audit entries together', async () => {
  const { database, audit, things } = await openThings()
  await database.commit({ expect: [things.absent('a')], writes: [things.put(thing('a'))], audit: [note('test.put')] })
  expect(await things.get('a')).toEqual(thing('a'))
  expect((await audit.list({ limit: 9 })).entries.map(entry => entry.action)).toEqual(['test.put'])
})

test('when an expectation fails nothing is written, no audit entry either', async () => {
  const { database, audit, things } = await openThings()
  await database.commit({ writes: [things.put(thing('a', { version: 2 }))], audit: [] })
  const writes = [things.put(thing('bb')), things.put(thing('a', { version: 3 }))]
  const stale = { expect: [things.absent('bb'), things.seen(thing('a'))], writes, audit: [note('test.stale')] }
  await expect(database.commit(stale)).rejects.toEqual(changed('things'))
  expect(await things.list()).toEqual([thing('a', { version: 2 })])
  expect((await audit.list({ limit: 9 })).total).toBe(0)
})

test('`absent` fails once the row is there, `seen` once it is gone', async () => {
  const { database, things } = await openThings()
  await database.commit({ writes: [things.put(thing('a'))], audit: [] })
  await expect(database.commit({ expect: [things.absent('a')], writes: [], audit: [] })).rejects.toEqual(
    changed('things'),
  )
  await database.commit({ writes: [things.remove('a')], audit: [] })
  await expect(database.commit({ expect: [things.seen(thing('a'))], writes: [], audit: [] })).rejects.toEqual(
    changed('things'),
  )
})

test('a value that must be unique is refused like a change by somebody else, and nothing is written', async () => {
  const { database, audit, things } = await openThings()
  const writes = [things.put(thing('a', { size: 7 })), things.put(thing('b', { size: 7 }))]
  await expect(database.commit({ writes, audit: [note('test.twice')] })).rejects.toEqual(changed('things'))
  expect(await things.count()).toBe(0)
  expect((await audit.list({ limit: 9 })).total).toBe(0)
})

test('a write that cannot be done takes back those before it', async () => {
  const { database, things } = await openThings()
  const broken = { sql: 'insert into nowhere values (1)', values: [] } as unknown as Write
  await expect(database.commit({ writes: [things.put(thing('a')), broken], audit: [note('test')] })).rejects.toThrow(
    'nowhere',
  )
  expect(await things.count()).toBe(0)
  await database.commit({ writes: [things.put(thing('a'))], audit: [] })
})

test('of many that saw the same version exactly one gets its change in', async () => {
  const { database, things } = await openThings()
  await database.commit({ writes: [things.put(thing('a'))], audit: [] })
  const change = (colour: string) =>
    database.commit({
      expect: [things.seen(thing('a'))],
      writes: [things.put(thing('a', { colour, version: 2 }))],
      audit: [],
    })
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, (_, number) => change(`colour-${number}`)))
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect((await things.get('a'))?.colour).toBe('colour-0')
})

test('rows are found by their columns, any of several values, in order, a page at a time', async () => {
  const { database, things } = await openThings()
  const rows = [5, 3, 4, 1, 2].map(size => thing(`t${size}`, { size, colour: size % 2 ? 'red' : 'blue' }))
  await database.commit({ writes: rows.map(things.put), audit: [] })
  const sizes = async (...asked: Parameters<typeof things.list>) => (await things.list(...asked)).map(row => row.size)
  expect(await sizes({ colour: 'red' }, { orderBy: 'size' })).toEqual([1, 3, 5])
  expect(await sizes({ colour: ['red', 'blue'] }, { orderBy: 'size', descending: true, limit: 2 })).toEqual([5, 4])
  expect(await sizes({ colour: [] })).toEqual([])
  expect(await things.count({ colour: 'blue', size: [2, 3] })).toBe(1)
})

test('removing by columns also takes what came after the last read, and never everything', async () => {
  const { database, things } = await openThings()
  const write = things.removeAll({ colour: 'red' })
  await database.commit({ writes: [things.put(thing('a')), things.put(thing('bb', { colour: 'blue' }))], audit: [] })
  await database.commit({ writes: [write], audit: [] })
  expect((await things.list()).map(row => row.id)).toEqual(['bb'])
  expect(() => things.removeAll({})).toThrow(RangeError)
})

test(
  'killed in the middle of its work, a process loses nothing that was acknowledged',
  { timeout: 60_000 },
  async () => {
    const file = join(testDirectory(), 'site.sqlite')
    const program = `
    import { Database, migrations } from '#store/index.ts'
    import { systemClock } from '#lib/clock.ts'
    const database = await Database.open({ file: process.argv[1], migrations, clock: systemClock })
    const subject = { kind: 'site', id: 'site', name: 'site' }
    for (let number = 1; ; number++) {
      await database.commit({ writes: [], audit: [{ actor: { name: 'a', displayName: 'a' }, action: 'n' + number, subject }] })
      process.stdout.write(number + '\\n')
    }`
    const child = spawn(process.execPath, ['-e', program, file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let acknowledged = 0
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged = Number(line)
      if (acknowledged === 60) child.kill('SIGKILL')
    }
    expect(acknowledged).toBeGreaterThanOrEqual(60)
    const { audit } = await openTestStore({ file })
    const verdict = await verifySite(audit)
    expect(verdict.fault).toBeNull()
    expect(verdict.entries).toBeGreaterThanOrEqual(acknowledged)
  },
)

test('a migration that fails leaves nothing of itself behind', async () => {
  const file = join(testDirectory(), 'site.sqlite')
  const broken = [...migrations, ['create table more (id text)', 'create table more (id text)']]
  await expect(Database.open({ file, migrations: broken, clock })).rejects.toThrow('more already exists')
  const db = new DatabaseSync(file)
  const names = db
    .prepare("select name from sqlite_schema where type = 'table'")
    .all()
    .map(row => row['name'])
  expect(names).toEqual(['things'])
  expect(db.prepare('pragma user_version').get()).toEqual({ user_version: 1 })
  db.close()
  const database = await Database.open({ file, migrations: [...migrations, ['create table more (id text)']], clock })
  await database.close()
})

test('a database that is newer than the program is refused, saying so, and left alone', async () => {
  const file = join(testDirectory(), 'site.sqlite')
  await (await Database.open({ file, migrations: [...migrations, []], clock })).close()
  await expect(Database.open({ file, migrations, clock })).rejects.toEqual(
    new StoreFault('newer', file, 'schema 2, this program knows 1'),
  )
})

test('a reader neither makes nor migrates a database', async () => {
  const directory = testDirectory()
  const file = join(directory, 'site.sqlite')
  await expect(Database.open({ file, migrations, clock, isReadOnly: true })).rejects.toThrow('unable to open')
  await (await Database.open({ file, migrations, clock })).close()
  const older = [...migrations, ['create table more (id text)']]
  await expect(Database.open({ file, migrations: older, clock, isReadOnly: true })).rejects.toMatchObject({
    kind: 'older',
  })
  const reader = await Database.open({ file, migrations, clock, isReadOnly: true })
  await expect(
    reader.commit({ writes: [{ sql: 'delete from things', values: [] } as unknown as Write], audit: [] }),
  ).rejects.toThrow('readonly')
  await reader.close()
})

test('a damaged file is refused', async () => {
  const file = join(testDirectory(), 'site.sqlite')
  copyFileSync(process.execPath, file)
  await expect(Database.open({ file, migrations, clock })).rejects.toMatchObject({ kind: 'damaged', file })
})

test('a full disk is said to be one, and once there is room all goes on', async () => {
  const { database, things } = await openThings()
  await database.commit({ writes: [things.put(thing('a'))], audit: [] })
  const pragma = (sql: string) => database.commit({ writes: [{ sql, values: [] } as unknown as Write], audit: [] })
  // SQLite takes a file that may not grow for a disk without room.
  await pragma('pragma max_page_count = 1')
  const large = things.put(thing('bb', { colour: 'x'.repeat(1_000_000) }))
  await expect(database.commit({ writes: [large], audit: [note('test')] })).rejects.toMatchObject({
    code: 'store/full',
  })
  await pragma('pragma max_page_count = 1000000')
  await database.commit({ writes: [large], audit: [note('test')] })
  expect(await things.count()).toBe(2)
})

test('damage that is met when a row is read is said to be that', async () => {
  const { database, file } = await openTestStore()
  await database.commit({ writes: [], audit: [note('test', { data: { text: 'x'.repeat(100_000) } })] })
  await database.close()
  const bytes = readFileSync(file)
  writeFileSync(file, bytes.fill(0xff, bytes.length - 60_000))
  const { audit } = await openTestStore({ file })
  await expect(audit.list({ limit: 9 })).rejects.toMatchObject({ code: 'store/damaged', data: { file: 'site.sqlite' } })
})

test('when its thread dies, everybody who waits hears of it, and so does everybody later', async () => {
  const file = join(testDirectory(), 'site.sqlite')
  const database = await Database.open({ file, migrations, clock })
  const slow =
    'with recursive n(i) as (select 1 union all select i + 1 from n where i < 3000000) select count(*) as n from n'
  const waiting = [1, 2, 3].map(() => database.all({ sql: slow, values: [] }))
  const outcomes = Promise.allSettled(waiting)
  await database.terminate()
  for (const outcome of await outcomes)
    expect(outcome).toMatchObject({ status: 'rejected', reason: { message: /thread ended/ } })
  await expect(database.all({ sql: 'select 1', values: [] })).rejects.toThrow('thread ended')
  expect(await database.lost).toMatchObject({ kind: 'lost', file })
  await database.close()
})

test('a database that is closed is not lost', async () => {
  const database = await Database.open({ file: join(testDirectory(), 'site.sqlite'), migrations, clock })
  await database.close()
  expect(await Promise.race([database.lost, new Promise(resolve => setTimeout(resolve, 50, 'closed'))])).toBe('closed')
})

test('what cannot be sent to the thread is refused and holds nothing up', async () => {
  const { database } = await openTestStore()
  const unsendable = { writes: [], audit: [note('test', { data: { call: () => 1 } })] }
  await expect(database.commit(unsendable)).rejects.toThrow('could not be cloned')
  await database.commit({ writes: [], audit: [note('test')] })
})
