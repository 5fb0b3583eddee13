import type { Expect, Write } from '#lib/records.ts'
import type { Entry, Note } from './model.ts'

/**
 * One change of the site: all of it or nothing. If any expectation no longer holds, nothing is written.
 * Every change carries at least one note, except bookkeeping that records no decision (sessions, a job's progress).
 */
export type Change = {
  readonly expect?: readonly Expect[]
  readonly writes: readonly Write[]
  readonly audit: readonly Note[]
}

export type Committer = {
  /** @throws {AppError} `store/changed-meanwhile` when an expectation no longer holds */
  readonly commit: (change: Change) => Promise<void>
}

export type EntryFilter = {
  readonly before?: number | undefined
  readonly limit: number
  readonly search?: string | undefined
  readonly action?: string | undefined
  readonly from?: number | undefined
  readonly until?: number | undefined
}

export type AuditPort = {
  /** Newest first. */
  readonly list: (filter: EntryFilter) => Promise<{ readonly entries: readonly Entry[]; readonly total: number }>
  /** Oldest first, in pages, without gaps: the whole chain, or from the first to the last entry of a span of time. */
  readonly walk: (span?: { from?: number | undefined; until?: number | undefined }) => AsyncIterable<readonly Entry[]>
  /** What the site itself remembers as its newest entry. */
  readonly head: () => Promise<{ readonly seq: number; readonly hash: string }>
}
