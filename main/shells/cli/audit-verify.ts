import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { verifyLines, verifySite, type Verdict } from '#core/audit/index.ts'
import { defaultSite } from '#shells/data-home.ts'
import { exitCode, UsageError } from '#shells/exit-code.ts'
import { readSite } from './site.ts'

const faults = {
  edited: '被改动 was edited',
  removed: '被删除 was removed',
  reordered: '次序被改动 was moved',
  truncated:
    '之后的记录被截去，或不含所给的末端哈希 is missing: the chain was cut off, or does not hold the given head',
} as const

/** Verifies a site's chain, or an exported file's alone; `--head` is a hash that was printed or deposited before. */
export async function auditVerify(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      site: { type: 'string' },
      file: { type: 'string' },
      head: { type: 'string' },
      first: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  })
  const { file, head } = values
  const first = firstOf(values.first)
  const verdict: Verdict =
    file === undefined
      ? await readSite(values.site ?? defaultSite(), store => verifySite(store.audit, head))
      : verifyLines(readFileSync(file, 'utf8').split('\n'), { head, first })
  const { fault } = verdict
  const sentence = fault
    ? `审计链断裂 the chain is broken: 第 ${fault.seq} 条 entry ${fault.seq} ${faults[fault.fault]}`
    : `审计链完整 the chain is whole: ${verdict.entries} 条 entries\n末端哈希 head ${verdict.head}`
  process.stdout.write(`${values.json ? JSON.stringify({ isWhole: !fault, ...verdict }) : sentence}\n`)
  return fault ? exitCode.failed : exitCode.done
}

/** @throws {UsageError} not the number of an entry */
function firstOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new UsageError(`--first ${text}: the number of an entry, 1 or more`)
  return Number(text)
}
