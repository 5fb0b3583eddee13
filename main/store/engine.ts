import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { genesis, link, type Note } from '#core/audit/index.ts'
import { StoreFault } from './store-fault.ts'

export type Statement = { readonly sql: string; readonly values: readonly (string | number | null)[] }
/** Holds when the statement yields exactly `version`; null: when it yields no row. */
export type Condition = Statement & { readonly what: string; readonly version: number | null }
export type Ask =
  | { readonly kind: 'all'; readonly query: Statement }
  | {
      readonly kind: 'commit'
      readonly expect: readonly Condition[]
      readonly writes: readonly Statement[]
      readonly audit: readonly Note[]
      readonly at: number
    }
  | { readonly kind: 'close' }
export type Committed = { readonly failed: string | null }

export type EngineOptions = {
  readonly file: string
  /** Statements of each schema version, in order. */
  readonly migrations: readonly (readonly string[])[]
  /** `full` survives a power cut with the last commit; `normal` may lose the last ones, for figures only. */
  readonly synchronous: 'full' | 'normal'
  /** Beside a core that may be running on the same file. */
  readonly isReadOnly: boolean
}

/** SQLite itself: opens, migrates, answers. Synchronous, so it lives in a thread of its own. */
export class Engine {
  readonly #db: DatabaseSync
  readonly #prepared = new Map<string, StatementSync>()

  /** @throws {StoreFault} its schema is not one that this program knows how to use; what SQLite says of a damaged file */
  constructor(options: EngineOptions) {
    this.#db = new DatabaseSync(options.file, { timeout: 5_000, readOnly: options.isReadOnly })
    try {
      this.#prepareSchema(options)
    } catch (error) {
      this.#db.close()
      throw error
    }
  }

  answer(ask: Ask): unknown {
    switch (ask.kind) {
      case 'all':
        return this.#prepare(ask.query.sql).all(...(ask.query.values as SQLInputValue[]))
      case 'commit':
        return this.#commit(ask)
      case 'close':
        this.#db.close()
        return null
    }
  }

  #commit(ask: Extract<Ask, { kind: 'commit' }>): Committed {
    this.#db.exec('begin immediate')
    try {
      const failed = ask.expect.find(condition => !this.#holds(condition))
      if (failed) {
        this.#db.exec('rollback')
        return { failed: failed.what }
      }
      for (const write of ask.writes) this.#run(write)
      if (ask.audit.length > 0) this.#append(ask.audit, ask.at)
      this.#db.exec('commit')
      return { failed: null }
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('rollback')
      const unique = /UNIQUE constraint failed: (\w+)/.exec(error instanceof Error ? error.message : '')
      // Rows of the chain are nobody's choice: a number that is taken means that its end was tampered with.
      if (unique && unique[1] !== 'audit') return { failed: unique[1] ?? 'row' }
      throw error
    }
  }

  #holds(condition: Condition): boolean {
    const row = this.#prepare(condition.sql).get(...(condition.values as SQLInputValue[])) as
      { version: number } | undefined
    return (row?.version ?? null) === condition.version
  }

  /** The chain grows inside the transaction, so two commits can never link to the same entry. */
  #append(notes: readonly Note[], at: number): void {
    const stored = this.#prepare('select seq, hash from audit_head where id = 1').get() as
      { seq: number; hash: string } | undefined
    let head = stored ?? { seq: 0, hash: genesis }
    for (const note of notes) {
      const entry = link(head, note, at)
      this.#run({
        sql: 'insert into audit values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
        values: [
          entry.seq,
          entry.at,
          entry.actor,
          entry.actorName,
          entry.action,
          entry.subjectKind,
          entry.subjectId,
          entry.subjectName,
          entry.reason,
          JSON.stringify(entry.data),
          entry.prevHash,
          entry.hash,
        ],
      })
      head = entry
    }
    this.#run({
      sql: 'insert into audit_head values (1, ?, ?) on conflict (id) do update set seq = excluded.seq, hash = excluded.hash',
      values: [head.seq, head.hash],
    })
  }

  #run(statement: Statement): void {
    this.#prepare(statement.sql).run(...(statement.values as SQLInputValue[]))
  }

  #prepare(sql: string): StatementSync {
    const known = this.#prepared.get(sql)
    if (known) return known
    const prepared = this.#db.prepare(sql)
    this.#prepared.set(sql, prepared)
    return prepared
  }

  #prepareSchema({ file, migrations, synchronous, isReadOnly }: EngineOptions): void {
    const { user_version: applied } = this.#db.prepare('pragma user_version').get() as { user_version: number }
    const known = migrations.length
    const schemas = `schema ${applied}, this program knows ${known}`
    if (applied > known) throw new StoreFault('newer', file, schemas)
    if (isReadOnly && applied < known) throw new StoreFault('older', file, schemas)
    if (isReadOnly) return
    this.#db.exec(`pragma journal_mode=wal; pragma synchronous=${synchronous}; pragma foreign_keys=on`)
    // SQLite opens a file that it may not write without a word, and fails at the first change.
    this.#db.exec('begin immediate; create table probe (id); rollback')
    for (let index = applied; index < known; index++) this.#migrate(index + 1, migrations[index] ?? [])
  }

  #migrate(version: number, statements: readonly string[]): void {
    this.#db.exec('begin immediate')
    try {
      for (const sql of statements) this.#db.exec(sql)
      this.#db.exec(`pragma user_version = ${version}`)
      this.#db.exec('commit')
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('rollback')
      throw error
    }
  }
}
