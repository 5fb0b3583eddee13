import type { Amounts } from '#contract/quantities.ts'
import type { Need } from '#contract/requests.ts'
import { formatBytes, formatCores, formatCount } from '#kit/format/index.ts'
import { text, word } from '#kit/i18n/index.ts'

type Size = Pick<Need, 'vcpus' | 'memoryBytes' | 'diskBytes'>

/** `8 核 · 16 GB · 200 GB`: CPU, memory, disk. */
export const sizeOf = ({ vcpus, memoryBytes, diskBytes }: Size): string =>
  [formatCores(vcpus), formatBytes(memoryBytes), formatBytes(diskBytes)].join(' · ')

/** `2026-11-01 至 2027-10-31（含当日）`, or without an end. */
export const termOf = ({ from, until }: Pick<Need, 'from' | 'until'>): string =>
  until === null ? text('requests:termOpen', { from }) : text('requests:term', { from, until })

/** When a machine is due back: `用到 2027-10-31 24:00`, or that no end is asked for. */
export const endOf = ({ until }: Pick<Need, 'until'>): string =>
  until === null ? text('requests:endOpen') : text('requests:end', { until })

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

/** From here on a whole is told in TB; below, what is asked of it would vanish in the rounding. */
const IN_TB = 10 * 1024 ** 4
const GIB = 1024 ** 3

/**
 * Amounts of one pool that are compared, the whole last: all in one unit, all with the same decimals, none when every
 * one is whole. The unit stands with the whole only.
 */
export function figuresOf(
  pool: QuotaLine['pool'],
  ...amounts: readonly [...number[], whole: number]
): readonly string[] {
  const whole = amounts.at(-1) ?? 0
  if (pool === 'cpu') return [...amounts.slice(0, -1).map(formatCount), formatCores(whole)]
  const unit = whole >= IN_TB ? 'TB' : 'GB'
  const size = unit === 'TB' ? 1024 * GIB : GIB
  const decimals = amounts.every(bytes => bytes % size === 0) || whole >= 100 * size ? 0 : 1
  const says = amounts.map(bytes => formatBytes(bytes, { unit, decimals }))
  return says.map((one, i) => (i < says.length - 1 ? (one.split('\u2009')[0] ?? '') : one))
}

/** `24 / 64 核`: held of allowed. */
export function usedText(pool: QuotaLine['pool'], used: number, limit: number): string {
  const [held = '', allowed = ''] = figuresOf(pool, used, limit)
  return text('requests:quotas.usedOf', { used: held, limit: allowed })
}

/** `CPU 24 核、内存 64 GB、存储 1.5 TB`. */
export const amountsText = ({ vcpus, memoryBytes, storageBytes }: Amounts): string =>
  [
    `${word('pool', 'cpu')} ${formatCores(vcpus)}`,
    `${word('pool', 'memory')} ${formatBytes(memoryBytes)}`,
    `${word('pool', 'storage')} ${formatBytes(storageBytes)}`,
  ].join(text('common:separator'))
