import type { MetricsStore, Sample } from '#core/metrics/index.ts'
import type { Write } from '#lib/records.ts'
import type { Database } from './database.ts'
import type { Statement } from './engine.ts'

export const metricsMigrations: readonly (readonly string[])[] = [
  [
    `create table samples (subject text not null, at integer not null, cpu real, memory integer, disk real, network real,
      primary key (subject, at)) without rowid`,
    'create index samples_by_time on samples (at)',
  ],
]

const keptMs = 8 * 86_400_000
const pruneEveryMs = 3_600_000
/** Twice as fast as time goes by: enough to catch up after a standstill, too slow for a wrong clock to cost the history. */
const pruneAtMostMs = 2 * pruneEveryMs
const pruneSql = 'delete from samples where at < min(?, (select min(at) from samples) + ?)'
const isGap = 'coalesce(cpu, memory, disk, network) is null'
const mean = (column: string) => `case when max(${isGap}) then null else avg(${column}) end as ${column}`
const write = (statement: Statement) => statement as unknown as Write
type Stored = { at: number; cpu: number | null; memory: number | null; disk: number | null; network: number | null }

/**
 * Figures in a file of their own, kept for eight days and some hours; a point of a thinned range is the mean over its
 * stretch. What is too old is judged by the clock of an hour ago, and no more than the oldest two hours go in an hour: a
 * clock that jumps ahead and is mended costs nothing at once, and later twice the time that it was wrong for.
 */
export function openMetricsStore(database: Database, now: () => number): MetricsStore {
  let lookedAt = now()
  return {
    append: async samples => {
      const writes = samples.map(
        ({ subject, at, cpuFraction, memoryUsedBytes, diskBytesPerSecond, networkBytesPerSecond }) =>
          write({
            sql: 'insert or replace into samples values (?, ?, ?, ?, ?, ?)',
            values: [subject, at, cpuFraction, memoryUsedBytes, diskBytesPerSecond, networkBytesPerSecond],
          }),
      )
      const at = now()
      if (Math.abs(at - lookedAt) > pruneEveryMs) {
        writes.push(write({ sql: pruneSql, values: [Math.min(at, lookedAt) - keptMs, pruneAtMostMs] }))
        lookedAt = at
      }
      await database.commit({ writes, audit: [] })
    },
    range: async (subject, from, until, maxPoints) => {
      // Numbers are bound as floating ones, so a division has to be told that it is one of whole numbers.
      const stretch = Math.max(1, Math.ceil((until - from) / Math.max(1, maxPoints)))
      const sql = `select max(at) as at, ${['cpu', 'memory', 'disk', 'network'].map(mean).join(', ')} from samples
        where subject = ? and at >= ? and at < ? group by cast((at - ?) / ? as integer) order by at`
      const rows = await database.all<Stored>({ sql, values: [subject, from, until, from, stretch] })
      return rows.map((row): Sample => ({
        at: row.at,
        cpuFraction: row.cpu,
        memoryUsedBytes: row.memory === null ? null : Math.round(row.memory),
        diskBytesPerSecond: row.disk,
        networkBytesPerSecond: row.network,
      }))
    },
  }
}
