import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { metricsMigrations } from './metrics.ts'
import { migrations } from './migrations/index.ts'

/** A query that runs often or over much, and the index that it has to use. */
const hot: readonly (readonly [string, string])[] = [
  ['select data from sessions where id = ?', 'sqlite_autoindex_sessions_1'],
  ['select data from people where name in (?) limit ?', 'sqlite_autoindex_people_2'],
  ['select data from tokens where hash in (?) limit ?', 'sqlite_autoindex_tokens_2'],
  ['delete from sessions where person_id in (?)', 'sessions_by_person'],
  ['select data from applications where department_id in (?) order by name asc, id', 'applications_by_name'],
  ['select data from quotas where department_id in (?)', 'quotas_by_department'],
  ['select data from grants where request_id in (?)', 'grants_by_request'],
  ['select data from requests where state in (?, ?)', 'requests_by_state'],
  ['select data from requests order by submitted_at desc, id limit ?', 'requests_by_time'],
  ['select data from jobs where state in (?, ?, ?) order by created_at asc, id', 'jobs_by_state'],
  ['select data from jobs order by created_at desc, id limit ?', 'jobs_by_time'],
  ['select version from locks where id = ?', 'sqlite_autoindex_locks_1'],
  ['select * from audit where seq > ? and seq <= ? order by seq limit ?', 'INTEGER PRIMARY KEY'],
  ['select * from audit where seq < ? order by seq desc limit ?', 'INTEGER PRIMARY KEY'],
  ['select min(seq) as first, max(seq) as last from audit where at >= ? and at < ?', 'audit_by_time'],
]
const hotFigures: readonly (readonly [string, string])[] = [
  ['select max(at) from samples where subject = ? and at >= ? and at < ?', 'PRIMARY KEY'],
  ['delete from samples where at < min(?, (select min(at) from samples) + ?)', 'samples_by_time'],
]

function plan(schema: readonly (readonly string[])[], sql: string): string {
  const db = new DatabaseSync(':memory:')
  for (const statement of schema.flat()) db.exec(statement)
  const rows = db.prepare(`explain query plan ${sql}`).all(...Array.from(sql.matchAll(/\?/g), () => 1))
  db.close()
  return rows.map(row => String(row['detail'])).join('; ')
}

test.each(hot)('%s uses %s', (sql, index) => expect(plan(migrations, sql)).toMatch(new RegExp(`USING .*${index}`)))

test.each(hotFigures)('of figures, %s uses %s', (sql, index) =>
  expect(plan(metricsMigrations, sql)).toMatch(new RegExp(`USING .*${index}`)),
)
