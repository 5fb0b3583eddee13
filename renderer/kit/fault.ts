import i18next from 'i18next'
import { formatBytes, formatCores, formatCount, formatDuration, formatPercent } from './format/index.ts'
import { text, word } from './i18n/index.ts'

/** A failure in words: which rule with its numbers, and what would make it pass. */
export type Sentence = { readonly says: string; readonly todo: string }
type Data = Readonly<Record<string, unknown>>

const isFault = (value: unknown): value is { code: string; data: Data } =>
  typeof value === 'object' && value !== null && 'code' in value && 'data' in value

const listed = (values: readonly unknown[], say: (value: string) => string): string =>
  values.map(value => say(String(value))).join(text('common:separator'))

const stateGroups = { vm: 'vmState', request: 'requestState', job: 'jobState' } as const
const actionGroups = { vm: 'vmAction', request: 'requestAction', job: 'jobAction' } as const

/** What a limit's figures are counted in depends on the pool. */
function amount(data: Data, value: number): string {
  return data['pool'] === 'cpu' ? formatCores(value) : formatBytes(value)
}

const amounts = new Set(['limit', 'used', 'reserved', 'asked'])
const plain = new Set(['port', 'code', 'seq', 'level', 'applicationLevel'])

function numberFact(key: string, value: number, data: Data): string {
  if ('pool' in data && amounts.has(key)) return amount(data, value)
  if (key.endsWith('Ms')) return formatDuration(Math.abs(value))
  if (key.endsWith('Bytes')) return formatBytes(value)
  if (key.endsWith('Fraction')) return formatPercent(value)
  return plain.has(key) ? String(value) : formatCount(value)
}

function textFact(key: string, value: string, family: string): string {
  if (key === 'what') return i18next.exists(`words:noun.${value}`) ? word('noun', value) : text('words:noun.record')
  if (key === 'field') {
    const last = value.split('.').at(-1) ?? ''
    return i18next.exists(`words:field.${last}`) ? word('field', last) : text('words:field.other')
  }
  if (key === 'pool') return word('pool', value)
  if (key === 'rule' && family === 'request') return word('unmetRule', value)
  if (key === 'state') return word(stateGroups[family as 'vm'] ?? 'vmState', value)
  if (key === 'action') return word(actionGroups[family as 'vm'] ?? 'vmAction', value)
  return value
}

/** A failure's data as words, under the names that the catalogue's sentences use: `waitedMs` becomes `waited`. */
function factsOf(code: string, data: Data): Record<string, string> {
  const family = code.split('/')[0] ?? ''
  const facts: Record<string, string> = {}
  for (const [key, value] of Object.entries(data)) {
    const name = key.replace(/(Ms|Bytes|Fraction)$/, '')
    if (typeof value === 'number') facts[name] = numberFact(key, value, data)
    else if (typeof value === 'string') facts[name] = textFact(key, value, family)
    else if (Array.isArray(value)) {
      facts[name] = listed(value, one => (key === 'roles' || key === 'needs' ? word('role', one) : one))
    }
  }
  const { limit, used, reserved, offsetMs, first } = data
  if (typeof offsetMs === 'number') facts['direction'] = text(offsetMs > 0 ? 'units:ahead' : 'units:behind')
  if (isFault(first)) facts['first'] = sentenceOf(first).says
  if (typeof limit === 'number' && typeof used === 'number') {
    facts['held'] = reserved ? text('units:held', { reserved: facts['reserved'] ?? '' }) : ''
    facts['free'] = amount(data, Math.max(0, limit - used - (typeof reserved === 'number' ? reserved : 0)))
  }
  return facts
}

/** Words for a stored fault or a thrown `Failure`; a code that this page does not know is named as such. */
export function sentenceOf(fault: { readonly code: string; readonly data: Data }): Sentence {
  const key = i18next.exists(`errors:${fault.code}.says`) ? fault.code : 'unknown'
  const facts = { ...factsOf(fault.code, fault.data), ...(key === 'unknown' ? { code: fault.code } : {}) }
  const say = (part: 'says' | 'todo'): string => i18next.t(`errors:${key}.${part}` as 'errors:internal.todo', facts)
  return { says: say('says'), todo: say('todo') }
}
