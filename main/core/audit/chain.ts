import { createHash } from 'node:crypto'
import type { Entry, Note } from './model.ts'

/** What the first entry points back to. */
export const genesis = '0'.repeat(64)

/** JSON with sorted keys, so that the same facts always give the same bytes. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(item => canonicalJson(item ?? null)).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`)
  return `{${members.join(',')}}`
}

/** SHA-256 over every field but the hash itself, the previous hash included. Hex, 64 characters. */
export function hashOf(entry: Omit<Entry, 'hash'>): string {
  const { seq, at, actor, actorName, action, subjectKind, subjectId, subjectName, reason, data, prevHash } = entry
  const facts = [seq, at, actor, actorName, action, subjectKind, subjectId, subjectName, reason, data, prevHash]
  return createHash('sha256').update(canonicalJson(facts)).digest('hex')
}

/** The entry that follows `head`; `at` is the clock's time, which may lie before the previous entry's. */
export function link(head: { readonly seq: number; readonly hash: string }, note: Note, at: number): Entry {
  const entry = {
    seq: head.seq + 1,
    at,
    actor: note.actor.name,
    actorName: note.actor.displayName,
    action: note.action,
    subjectKind: note.subject.kind,
    subjectId: note.subject.id,
    subjectName: note.subject.name,
    reason: note.reason ?? null,
    data: note.data ?? {},
    prevHash: head.hash,
  }
  return { ...entry, hash: hashOf(entry) }
}

/** Where and how a chain breaks; `seq` is the first entry that cannot be right. */
export type Break = { readonly seq: number; readonly fault: 'edited' | 'removed' | 'reordered' | 'truncated' }

/** Walks a chain entry by entry; feed it in order, then ask for the verdict. */
export class ChainWalker {
  #head = { seq: 0, hash: genesis }
  #break: Break | null = null
  #isFirst = true
  readonly #startsInside: boolean

  /** @param startsInside an exported span may begin after the first entry; a whole chain may not */
  constructor(startsInside = false) {
    this.#startsInside = startsInside
  }

  push(entry: Entry): void {
    if (this.#break) return
    if (this.#isFirst && this.#startsInside) this.#head = { seq: entry.seq - 1, hash: entry.prevHash }
    this.#isFirst = false
    this.#break = this.#faultOf(entry)
    this.#head = { seq: entry.seq, hash: entry.hash }
  }

  /** @param head hash that the newest entry must have, as printed or deposited; finds a cut-off tail */
  finish(head?: string): { readonly fault: Break | null; readonly seq: number; readonly hash: string } {
    const isCut = !this.#break && head !== undefined && head !== this.#head.hash
    return { fault: isCut ? { seq: this.#head.seq + 1, fault: 'truncated' } : this.#break, ...this.#head }
  }

  #faultOf(entry: Entry): Break | null {
    const { seq } = entry
    if (seq <= this.#head.seq) return { seq, fault: 'reordered' }
    if (hashOf(entry) !== entry.hash) return { seq, fault: 'edited' }
    if (seq > this.#head.seq + 1) return { seq: this.#head.seq + 1, fault: 'removed' }
    return entry.prevHash === this.#head.hash ? null : { seq, fault: 'edited' }
  }
}
