import { genesis, type AuditPort, type Entry, type EntryFilter } from '#core/audit/index.ts'
import type { Database } from './database.ts'

type Stored = {
  seq: number
  at: number
  actor: string
  actor_name: string
  action: string
  subject_kind: string
  subject_id: string
  subject_name: string
  reason: string | null
  data: string
  prev_hash: string
  hash: string
}

const pageSize = 5_000
type Span = { readonly from?: number | undefined; readonly until?: number | undefined }

const entryOf = (row: Stored): Entry => ({
  seq: row.seq,
  at: row.at,
  actor: row.actor,
  actorName: row.actor_name,
  action: row.action,
  subjectKind: row.subject_kind,
  subjectId: row.subject_id,
  subjectName: row.subject_name,
  reason: row.reason,
  data: dataOf(row.data),
  prevHash: row.prev_hash,
  hash: row.hash,
})

/** Text that somebody spoilt is shown as it is, and gives another hash. */
function dataOf(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return { unreadable: text }
  }
}

export function openAudit(database: Database): AuditPort {
  return {
    list: async filter => {
      const { where, values } = terms(filter)
      const [counted] = await database.all<{ n: number }>({ sql: `select count(*) as n from audit${where}`, values })
      const paged = filter.before === undefined ? { where, values } : terms({ ...filter }, filter.before)
      const sql = `select * from audit${paged.where} order by seq desc limit ?`
      const rows = await database.all<Stored>({ sql, values: [...paged.values, Math.trunc(filter.limit)] })
      return { entries: rows.map(entryOf), total: counted?.n ?? 0 }
    },
    walk: async function* (span = {}) {
      let { after, last } = await bounds(database, span)
      for (;;) {
        const sql = 'select * from audit where seq > ? and seq <= ? order by seq limit ?'
        const rows = await database.all<Stored>({ sql, values: [after, last, pageSize] })
        if (rows.length > 0) yield rows.map(entryOf)
        if (rows.length < pageSize) return
        after = rows.at(-1)?.seq ?? after
      }
    },
    head: async () => {
      const rows = await database.all<{ seq: number; hash: string }>({
        sql: 'select seq, hash from audit_head',
        values: [],
      })
      return rows[0] ?? { seq: 0, hash: genesis }
    },
  }
}

/** The entries of a span of time as a stretch of the chain: whole even where the clock was set back. */
async function bounds(database: Database, { from, until }: Span): Promise<{ after: number; last: number }> {
  if (from === undefined && until === undefined) return { after: 0, last: Number.MAX_SAFE_INTEGER }
  const { where, values } = terms({ from, until })
  const sql = `select min(seq) as first, max(seq) as last from audit${where}`
  const [found] = await database.all<{ first: number | null; last: number | null }>({ sql, values })
  return { after: (found?.first ?? 1) - 1, last: found?.last ?? 0 }
}

function terms(filter: Omit<EntryFilter, 'limit'>, before?: number) {
  const parts: string[] = []
  const values: (string | number)[] = []
  const add = (sql: string, ...given: (string | number)[]) => {
    parts.push(sql)
    values.push(...given)
  }
  if (before !== undefined) add('seq < ?', before)
  if (filter.action) add('action = ?', filter.action)
  if (filter.from !== undefined) add('at >= ?', filter.from)
  if (filter.until !== undefined) add('at < ?', filter.until)
  if (filter.search) {
    const like = `%${filter.search.replaceAll(/[\\%_]/g, found => `\\${found}`)}%`
    const columns = ['actor', 'actor_name', 'action', 'subject_name', 'reason']
    add(`(${columns.map(column => `${column} like ? escape '\\'`).join(' or ')})`, ...columns.map(() => like))
  }
  return { where: parts.length ? ` where ${parts.join(' and ')}` : '', values }
}
