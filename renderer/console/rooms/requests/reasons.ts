import type { HostVerdict, RuleResult } from '#contract/placement.ts'
import type { Need } from '#contract/requests.ts'
import { formatBytes, formatCores } from '#kit/format/index.ts'
import { text } from '#kit/i18n/index.ts'

type Asked = Pick<Need, 'arch' | 'network'>

/** A reserve's figures are of what is scarcer: `detail` says which. */
const isCounted = ({ rule, detail }: RuleResult): boolean =>
  rule === 'cpu' || (rule === 'reserve' && detail !== 'memory')

function say(result: RuleResult, value: number): string {
  return isCounted(result) ? formatCores(Math.max(0, value)) : formatBytes(Math.max(0, value))
}

const facts = (result: RuleResult, asked: Asked) => ({
  needed: result.needed === null ? '' : say(result, result.needed),
  available: result.available === null ? '' : say(result, result.available),
  short:
    result.needed === null || result.available === null
      ? ''
      : say(result, result.needed - Math.max(0, result.available)),
  has: result.detail ?? text('units:unknown'),
  asked: asked.arch,
  network: result.detail ?? asked.network ?? '',
  pool: result.detail ?? '',
  resource: text(result.detail === 'memory' ? 'words:pool.memory' : 'words:pool.cpu'),
})

const amountRules: ReadonlySet<RuleResult['rule']> = new Set(['cpu', 'memory', 'storage', 'reserve'])

/** Why a host does not meet a rule, with the numbers that were compared. */
export function whyNot(result: RuleResult, asked: Asked): string {
  const given = facts(result, asked)
  const isAmount = amountRules.has(result.rule)
  if (isAmount && result.available === null) return text('requests:why.amountUnknown', { what: ruleName(result) })
  if (result.rule === 'storage' && result.detail === null) return text('requests:why.noPool', given)
  return text(`requests:why.${result.rule}`, given)
}

/** That a host meets a rule, with what it has left before the machine is placed. */
export function whyYes(result: RuleResult, asked: Asked): string {
  const given = facts(result, asked)
  if (result.rule === 'network' && asked.network === null) return text('requests:met.noNetwork')
  if (result.rule === 'reserve' && result.needed === null) return text('requests:met.noReserve')
  return text(`requests:met.${result.rule}`, given)
}

const ruleName = ({ rule }: Pick<RuleResult, 'rule'>): string => text(`requests:rule.${rule}`)

/**
 * Everything that stands against a host, in the order in which the rules are tried. A host that does not answer has old
 * figures for that very reason: one sentence for both.
 */
export function obstaclesOf(verdict: HostVerdict, asked: Asked): readonly string[] {
  const unmet = verdict.rules.filter(rule => !rule.isMet)
  const isSilent = unmet.some(({ rule }) => rule === 'reachable')
  return unmet.filter(({ rule }) => !(isSilent && rule === 'fresh')).map(rule => whyNot(rule, asked))
}
