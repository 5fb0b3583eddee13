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

/** An id that has no name here says nothing to a reader; it stays in the raw record. */
const isBareId = (key: string, value: unknown, nameOf: NameOf): boolean =>
  key.endsWith('Id') && typeof value === 'string' && nameOf(key, value) === undefined

/**
 * The facts of an audit entry as lines that people read: units, words of the contract, names instead of ids. What has
 * no words keeps its key. Nested facts carry the labels above them.
 */
export function factLines(
  data: Readonly<Record<string, unknown>>,
  nameOf: NameOf = () => undefined,
): readonly FactLine[] {
  const walk = (facts: Readonly<Record<string, unknown>>, path: readonly string[]): FactLine[] =>
    Object.entries(facts).flatMap(([key, value]) => {
      if (isBareId(key, value, nameOf)) return []
      const here = [...path, key]
      const line = (said: string): FactLine => ({
        path: here.join('.'),
        label: here.map(labelOf).join(' · '),
        value: said,
      })
      if (key === 'fault' && isRecord(value) && typeof value['code'] === 'string') {
        return [line(sentenceOf({ code: value['code'], data: isRecord(value['data']) ? value['data'] : {} }).says)]
      }
      if (isRecord(value)) return walk(value, here)
      if (Array.isArray(value)) {
        return [line(value.map(one => scalar(key, one, nameOf)).join(text('common:separator')) || text('audit:none'))]
      }
      return [line(scalar(key, value, nameOf))]
    })
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
