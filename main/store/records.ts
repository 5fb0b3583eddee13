import type { Expect, Page, Records, Versioned, Where, Write } from '#lib/records.ts'
import type { Database } from './database.ts'
import type { Condition, Statement } from './engine.ts'

type Value = string | number | null

/** How rows of one kind lie in their table: the id, and the columns that can be asked for. */
export type Table<Row, Keys> = {
  readonly name: string
  readonly idOf: (row: Row) => string
  readonly columns: { readonly [K in keyof Keys]: { readonly column: string; readonly of: (row: Row) => Value } }
}

const write = (statement: Statement) => statement as unknown as Write
const expectation = (condition: Condition) => condition as unknown as Expect

/** The store's side of `Records`: a table with JSON facts and a few columns beside them. */
export function openRecords<Row extends Versioned, Keys extends object = object>(
  database: Database,
  table: Table<Row, Keys>,
): Records<Row, Keys> {
  const columns = Object.values(table.columns) as { column: string; of: (row: Row) => Value }[]
  const names = ['id', 'version', ...columns.map(column => column.column), 'data']
  const upsert =
    `insert into ${table.name} (${names.join(', ')}) values (${names.map(() => '?').join(', ')}) ` +
    `on conflict (id) do update set ${names
      .slice(1)
      .map(name => `${name} = excluded.${name}`)
      .join(', ')}`
  const version = `select version from ${table.name} where id = ?`
  const rows = async (query: Statement) =>
    (await database.all<{ data: string }>(query)).map(row => JSON.parse(row.data) as Row)
  return {
    get: async id => (await rows({ sql: `select data from ${table.name} where id = ?`, values: [id] }))[0],
    list: (where, page) => rows(statement(table, 'select data', where, page)),
    count: async where =>
      (await database.all<{ n: number }>(statement(table, 'select count(*) as n', where)))[0]?.n ?? 0,
    put: row =>
      write({
        sql: upsert,
        values: [table.idOf(row), row.version, ...columns.map(c => c.of(row)), JSON.stringify(row)],
      }),
    removeAll: where => write(statement(table, 'delete', where)),
    remove: id => write({ sql: `delete from ${table.name} where id = ?`, values: [id] }),
    seen: row => expectation({ sql: version, values: [table.idOf(row)], what: table.name, version: row.version }),
    absent: id => expectation({ sql: version, values: [id], what: table.name, version: null }),
  }
}

function statement<Row, Keys extends object>(
  table: Table<Row, Keys>,
  what: 'select data' | 'select count(*) as n' | 'delete',
  where: Where<Keys> = {},
  page: Page<Keys> = {},
): Statement {
  const asked = Object.entries(where).filter(([, wanted]) => wanted !== undefined) as [keyof Keys, Value | Value[]][]
  const values: Value[] = []
  const terms = asked.map(([key, wanted]) => {
    const anyOf = Array.isArray(wanted) ? wanted : [wanted]
    values.push(...anyOf)
    return `${table.columns[key].column} in (${anyOf.map(() => '?').join(', ')})`
  })
  if (what === 'delete' && terms.length === 0) throw new RangeError(`which rows of ${table.name} are to go?`)
  const order = page.orderBy
    ? ` order by ${table.columns[page.orderBy].column} ${page.descending ? 'desc' : 'asc'}, id`
    : ''
  if (page.limit !== undefined) values.push(Math.trunc(page.limit))
  const limit = page.limit === undefined ? '' : ' limit ?'
  return {
    sql: `${what} from ${table.name}${terms.length ? ` where ${terms.join(' and ')}` : ''}${order}${limit}`,
    values,
  }
}
