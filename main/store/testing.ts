import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { onTestFinished } from 'vitest'
import type { Note } from '#core/audit/index.ts'
import type { Clock } from '#lib/clock.ts'
import { manualClock } from '#lib/manual-clock.ts'
import { Database } from './database.ts'
import { migrations } from './migrations/index.ts'
import { openSiteStore } from './site-store.ts'

/** A directory of the test's own, gone when it has finished. */
export function testDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'yunlong-test-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** A site's store in a new directory, closed and removed when the test has finished. */
export async function openTestStore(options: { readonly clock?: Clock; readonly file?: string } = {}) {
  const { clock = manualClock(), file = join(testDirectory(), 'site.sqlite') } = options
  const database = await Database.open({ file, migrations, clock })
  onTestFinished(() => database.close())
  return { ...openSiteStore(database), database, file, clock }
}

/** Changes a database behind its owner's back, as somebody with the file could. */
export function tamper(file: string, ...statements: string[]): void {
  const db = new DatabaseSync(file)
  for (const sql of statements) db.exec(sql)
  db.close()
}

export const note = (action: string, more: Partial<Note> = {}): Note => ({
  actor: { name: 'tester', displayName: '测试员' },
  action,
  subject: { kind: 'site', id: 'site', name: '测试站点' },
  ...more,
})
