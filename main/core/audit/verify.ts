import { ChainWalker, type Break } from './chain.ts'
import type { Entry } from './model.ts'
import type { AuditPort } from './port.ts'

export type Verdict = { readonly entries: number; readonly head: string; readonly fault: Break | null }

/** Walks the site's whole chain and holds its end against what the site remembers and, if given, a deposited hash. */
export async function verifySite(port: AuditPort, head?: string): Promise<Verdict> {
  const walker = new ChainWalker()
  let entries = 0
  let sawHead = head === undefined
  for await (const page of port.walk())
    for (const entry of page) {
      walker.push(entry)
      entries += 1
      sawHead ||= entry.hash === head
    }
  const remembered = await port.head()
  const end = walker.finish(remembered.hash)
  const fault = end.fault ?? (sawHead ? null : ({ seq: end.seq + 1, fault: 'truncated' } as const))
  return { entries, head: end.hash, fault }
}

/**
 * Verifies an exported file alone: lines of JSON, one entry each, in order.
 * @param head hash that must be found in it: the newest one, printed or deposited
 * @throws {SyntaxError} a line is not JSON
 */
export function verifyLines(lines: Iterable<string>, head?: string): Verdict {
  const walker = new ChainWalker(true)
  let entries = 0
  let sawHead = head === undefined
  for (const line of lines) {
    if (line.trim() === '') continue
    const entry = JSON.parse(line) as Entry
    walker.push(entry)
    entries += 1
    sawHead ||= entry.hash === head
  }
  const end = walker.finish()
  return { entries, head: end.hash, fault: end.fault ?? (sawHead ? null : { seq: end.seq + 1, fault: 'truncated' }) }
}
