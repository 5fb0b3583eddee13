import type { Amounts } from '#contract/quantities.ts'
import type { Need } from '#contract/requests.ts'
import { formatBytes, formatBytesOf, formatCores, formatCount } from '#kit/format/index.ts'
import { text } from '#kit/i18n/index.ts'

type Size = Pick<Need, 'vcpus' | 'memoryBytes' | 'diskBytes'>

/** `8 核 · 16 GB · 200 GB`: CPU, memory, disk. */
export const sizeOf = ({ vcpus, memoryBytes, diskBytes }: Size): string =>
  [formatCores(vcpus), formatBytes(memoryBytes), formatBytes(diskBytes)].join(' · ')

/** `2026-11-01 至 2027-10-31（含）`, or without an end. */
export const termOf = ({ from, until }: Pick<Need, 'from' | 'until'>): string =>
  until === null ? text('requests:termOpen', { from }) : text('requests:term', { from, until })

/** One line of a quota: what is held, what it would be afterwards, what is allowed, in threads or bytes. */
export type QuotaLine = {
  readonly pool: 'cpu' | 'memory' | 'storage'
  readonly limit: number
  readonly used: number
  readonly after: number
}

const keys = [
  ['cpu', 'vcpus'],
  ['memory', 'memoryBytes'],
  ['storage', 'storageBytes'],
] as const

export const quotaLines = (limit: Amounts, used: Amounts, after: Amounts = used): readonly QuotaLine[] =>
  keys.map(([pool, key]) => ({ pool, limit: limit[key], used: used[key], after: after[key] }))

/** An amount of a pool in its unit. */
export const formatAmount = (pool: QuotaLine['pool'], value: number): string =>
  pool === 'cpu' ? formatCores(value) : formatBytes(value)

/** A figure without its unit, in the unit of the whole beside which it stands. */
export const plainAmount = (pool: QuotaLine['pool'], value: number, whole: number): string =>
  pool === 'cpu' ? formatCount(value) : (formatBytesOf(value, whole).split(' / ')[0] ?? '')

/** `24 / 64 核`: held of allowed. */
export const usedText = (pool: QuotaLine['pool'], used: number, limit: number): string =>
  text('requests:quotas.usedOf', { used: plainAmount(pool, used, limit), limit: formatAmount(pool, limit) })
