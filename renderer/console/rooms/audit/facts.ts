import i18next from 'i18next'
import { sentenceOf } from '#kit/fault.ts'
import { formatBytes, formatCores, formatDuration, formatExact } from '#kit/format/index.ts'
import { text, word } from '#kit/i18n/index.ts'

/** One fact of an entry in words: `改动后 · 角色`, `运维员、审批人`. */
export type FactLine = { readonly path: string; readonly label: string; readonly value: string }

/** Names behind ids, as far as this person may read them. */
export type NameOf = (key: string, id: string) => string | undefined

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const labelOf = (key: string): string =>
  i18next.exists(`audit:fact.${key}`) ? text(`audit:fact.${key}` as 'audit:fact.host') : key

const wordGroups: Readonly<Record<string, Parameters<typeof word>[0]>> = {
  role: 'role',
  roles: 'role',
  origin: 'origin',
  from: 'requestState',
  to: 'requestState',
  action: 'vmAction',
}

function scalar(key: string, value: unknown, nameOf: NameOf): string {
  if (value === null || value === undefined || value === '') return text('audit:none')
  if (typeof value === 'boolean') return text(value ? 'audit:yes' : 'audit:no')
  if (typeof value === 'number') return number(key, value)
  if (typeof value !== 'string') return JSON.stringify(value)
  if (key.endsWith('Id')) return nameOf(key, value) ?? value
  if (key === 'how' && i18next.exists(`audit:signInHow.${value}`))
    return text(`audit:signInHow.${value}` as 'audit:signInHow.token')
  if (key === 'kind' && i18next.exists(`audit:kind.${value}`))
    return text(`audit:kind.${value}` as 'audit:kind.vm.create')
  const group = wordGroups[key]
  return group ? word(group, value) : value
}

function number(key: string, value: number): string {
  if (key.endsWith('Bytes')) return formatBytes(value)
  if (key.endsWith('Ms')) return formatDuration(value)
  if (key.endsWith('At')) return formatExact(value)
  if (key === 'vcpus') return formatCores(value)
  return String(value)
}

/** An id that has no name here says nothing to a reader, nor does a fault that was none; the raw record has both. */
const isSilent = (key: string, value: unknown, nameOf: NameOf): boolean =>
  (key.endsWith('Id') && typeof value === 'string' && nameOf(key, value) === undefined) ||
  (key === 'fault' && value === null)

function said(key: string, value: unknown, nameOf: NameOf): string {
  if (key === 'fault' && isRecord(value) && typeof value['code'] === 'string') {
    const { says } = sentenceOf({ code: value['code'], data: isRecord(value['data']) ? value['data'] : {} })
    return says.replace(/。$/, '')
  }
  if (!Array.isArray(value)) return scalar(key, value, nameOf)
  return value.map(one => scalar(key, one, nameOf)).join(text('common:separator')) || text('audit:none')
}

const isLeaf = (key: string, value: unknown): boolean => !isRecord(value) || (key === 'fault' && 'code' in value)

/** What a change changed: the fields that differ, each from what to what. */
function changes(before: Record<string, unknown>, after: Record<string, unknown>, nameOf: NameOf): FactLine[] {
  return Object.keys({ ...before, ...after })
    .filter(key => key !== 'version' && JSON.stringify(before[key]) !== JSON.stringify(after[key]))
    .map(key => ({
      path: key,
      label: labelOf(key),
      value: text('audit:change', { before: said(key, before[key], nameOf), after: said(key, after[key], nameOf) }),
    }))
}

/**
 * The facts of an audit entry as lines that people read: units, words of the contract, names instead of ids; of a
 * record before and after, what changed. What has no words keeps its key. Nested facts carry the labels above them.
 */
export function factLines(
  data: Readonly<Record<string, unknown>>,
  nameOf: NameOf = () => undefined,
): readonly FactLine[] {
  const walk = (facts: Readonly<Record<string, unknown>>, path: readonly string[]): FactLine[] => {
    const { before, after, ...others } = facts
    const isChange = isRecord(before) && isRecord(after)
    const lines = Object.entries(isChange ? others : facts).flatMap(([key, value]) => {
      if (isSilent(key, value, nameOf)) return []
      const here = [...path, key]
      if (!isLeaf(key, value)) return walk(value as Record<string, unknown>, here)
      return [{ path: here.join('.'), label: here.map(labelOf).join(' · '), value: said(key, value, nameOf) }]
    })
    return isChange ? [...lines, ...changes(before, after, nameOf)] : lines
  }
  return walk(data, [])
}

/** `批准申请`; an action that this page does not know keeps its own name. */
export const actionName = (action: string): string =>
  i18next.exists(`audit:action.${action}`) ? text(`audit:action.${action}` as 'audit:action.requests.approve') : action

export const subjectKindName = (kind: string): string =>
  i18next.exists(`audit:subjectKind.${kind}`) ? text(`audit:subjectKind.${kind}` as 'audit:subjectKind.vm') : kind

const faults = ['edited', 'removed', 'reordered', 'truncated'] as const

/** What a broken chain says of the break. */
export function faultName(fault: string): string {
  const known = faults.find(one => one === fault)
  return known ? text(`audit:fault.${known}`) : fault
}

/** The actions that this page has words for, to choose from. */
export function actionOptions(): readonly { readonly value: string; readonly label: string }[] {
  const rooms = text('audit:action', { returnObjects: true }) as Readonly<
    Record<string, Readonly<Record<string, string>>>
  >
  return Object.entries(rooms).flatMap(([room, actions]) =>
    Object.entries(actions).map(([action, label]) => ({ value: `${room}.${action}`, label })),
  )
}
