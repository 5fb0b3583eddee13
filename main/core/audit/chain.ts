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

/** As it will be read back: what is hashed must survive storage, export and JSON unchanged. */
const storable = (text: string): string => text.toWellFormed().replaceAll('\0', '\uFFFD')
const plain = (data: NonNullable<Note['data']>): Entry['data'] =>
  JSON.parse(JSON.stringify(data), (_, value: unknown) =>
    typeof value === 'string' ? storable(value) : value,
  ) as Entry['data']

/** The entry that follows `head`; `at` is the clock's time, which may lie before the previous entry's. */
export function link(head: { readonly seq: number; readonly hash: string }, note: Note, at: number): Entry {
  const entry = {
    seq: head.seq + 1,
    at,
    actor: storable(note.actor.name),
    actorName: storable(note.actor.displayName),
    action: note.action,
    subjectKind: note.subject.kind,
    subjectId: storable(note.subject.id),
    subjectName: storable(note.subject.name),
    reason: note.reason == null ? null : storable(note.reason),
    data: plain(note.data ?? {}),
    prevHash: head.hash,
  }
  return { ...entry, hash: hashOf(entry) }
}

/** Where and how a chain breaks; `seq` is the first entry that cannot be right. */
export type Break = { readonly seq: number; readonly fault: 'edited' | 'removed' | 'reordered' | 'truncated' }

/** Walks a chain entry by entry; feed it in order, then ask for the verdict. */
export class ChainWalker {
  #head: { readonly seq: number; readonly hash: string }
  #break: Break | null = null
  #isFirst = true

  /** @param first number that the first entry must have; only what begins with 1 is bound to the chain's beginning */
  constructor(first = 1) {
    this.#head = { seq: first - 1, hash: genesis }
  }

  push(entry: Entry): void {
    if (this.#break) return this.#lookBehind(entry)
    if (this.#isFirst && this.#head.seq > 0) this.#head = { seq: this.#head.seq, hash: entry.prevHash }
    this.#isFirst = false
    this.#break = this.#faultOf(entry)
    this.#head = { seq: entry.seq, hash: entry.hash }
  }

  /** The first break, if any, and the last entry that was pushed before it. */
  finish(): { readonly fault: Break | null; readonly seq: number; readonly hash: string } {
    return { fault: this.#break, ...this.#head }
  }

  /** What seemed to be removed but comes later was moved. */
  #lookBehind({ seq }: Entry): void {
    if (this.#break?.fault === 'removed' && seq === this.#break.seq) this.#break = { seq, fault: 'reordered' }
  }

  #faultOf(entry: Entry): Break | null {
    const { seq } = entry
    if (seq <= this.#head.seq) return { seq, fault: 'reordered' }
    if (hashOf(entry) !== entry.hash) return { seq, fault: 'edited' }
    if (seq > this.#head.seq + 1) return { seq: this.#head.seq + 1, fault: 'removed' }
    return entry.prevHash === this.#head.hash ? null : { seq, fault: 'edited' }
  }
}
