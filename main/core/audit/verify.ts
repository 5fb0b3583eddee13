import { ChainWalker, type Break } from './chain.ts'
import type { Entry } from './model.ts'
import type { AuditPort } from './port.ts'

export type Verdict = { readonly entries: number; readonly head: string; readonly fault: Break | null }

/**
 * Walks the site's whole chain and holds it against what the site remembers as its end and, if given, a deposited hash.
 * Entries may be added meanwhile: what was the end before the walk must be in it, and the end after it may lie further on.
 */
export async function verifySite(port: AuditPort, head?: string): Promise<Verdict> {
  const before = await port.head()
  const wanted = new Set([before.hash, ...(head === undefined ? [] : [head])])
  const walker = new ChainWalker()
  let entries = 0
  for await (const page of port.walk())
    for (const entry of page) {
      walker.push(entry)
      entries += 1
      wanted.delete(entry.hash)
    }
  const end = walker.finish()
  if (entries === 0) wanted.delete(end.hash)
  const after = await port.head()
  const isPastEnd = after.seq < end.seq || (after.seq === end.seq && after.hash !== end.hash)
  const ends: Break | null = isPastEnd ? { seq: after.seq + 1, fault: 'edited' } : cutAfter(end.seq, wanted)
  return { entries, head: end.hash, fault: end.fault ?? ends }
}

/**
 * Verifies an exported file alone: lines of JSON, one entry each, in order.
 * @param options.head  hash that must be found in it: the newest one, printed or deposited
 * @param options.first number of the entry that it begins with, 1 unless only a span was exported
 */
export function verifyLines(
  lines: Iterable<string>,
  { head, first = 1 }: { readonly head?: string | undefined; readonly first?: number | undefined } = {},
): Verdict {
  const wanted = new Set(head === undefined ? [] : [head])
  const walker = new ChainWalker(first)
  let entries = 0
  for (const line of lines) {
    const text = line.trim()
    if (text === '') continue
    const entry = entryOf(text)
    const end = walker.finish()
    if (!entry) return { entries, head: end.hash, fault: end.fault ?? { seq: end.seq + 1, fault: 'edited' } }
    walker.push(entry)
    entries += 1
    wanted.delete(entry.hash)
  }
  const end = walker.finish()
  return { entries, head: end.hash, fault: end.fault ?? cutAfter(end.seq, wanted) }
}

const cutAfter = (seq: number, missing: ReadonlySet<string>): Break | null =>
  missing.size > 0 ? { seq: seq + 1, fault: 'truncated' } : null

/** Undefined: the line is no entry as it was exported, to the letter; nothing can be added that its hash does not cover. */
function entryOf(line: string): Entry | undefined {
  try {
    const value = JSON.parse(line) as Entry
    if (!Number.isSafeInteger(value.seq)) return undefined
    const { seq, at, actor, actorName, action, subjectKind, subjectId, subjectName, reason, data, prevHash, hash } =
      value
    const facts = {
      seq,
      at,
      actor,
      actorName,
      action,
      subjectKind,
      subjectId,
      subjectName,
      reason,
      data,
      prevHash,
      hash,
    }
    return JSON.stringify(facts) === line ? facts : undefined
  } catch {
    return undefined
  }
}
