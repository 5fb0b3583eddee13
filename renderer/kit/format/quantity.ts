import { text } from '../i18n/index.ts'

const GIB = 1024 ** 3
const TIB = 1024 ** 4
/** Stands between a number and its unit. */
const thin = '\u2009'
const grouped = (value: number, decimals: number): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals })

/** What stands where a figure is not known. */
export const unknown = (): string => text('units:none')

/** A whole number with thousands separators. */
export const formatCount = (n: number | null | undefined): string => (n == null ? unknown() : grouped(n, 0))

export type ByteUnit = 'MB' | 'GB' | 'TB'
const sizes: Readonly<Record<ByteUnit, number>> = { MB: 1024 ** 2, GB: GIB, TB: TIB }

const decimalsOf = (n: number): number => (n === 0 || n >= 10 || Number.isInteger(n) ? 0 : 1)

function unitFor(bytes: number): ByteUnit {
  if (bytes >= TIB) return 'TB'
  return bytes >= GIB || bytes === 0 ? 'GB' : 'MB'
}

/**
 * An amount of memory or storage in binary units: `512 MB`, `3.5 GB`, `12 TB`. A column that must line up passes the
 * unit and the decimals.
 */
export function formatBytes(bytes: number | null | undefined, fixed?: { unit?: ByteUnit; decimals?: number }): string {
  if (bytes == null) return unknown()
  const unit = fixed?.unit ?? unitFor(bytes)
  const n = bytes / sizes[unit]
  return `${grouped(n, fixed?.decimals ?? (unit === 'TB' ? (n < 100 ? 1 : 0) : decimalsOf(n)))}${thin}${unit}`
}

/**
 * `3.2 / 8 GB`: both in the unit of the second, and as exact as fits its size; a whole number of GB stays one. A column
 * that must line up passes the unit and the decimals.
 */
export function formatBytesOf(
  part: number | null | undefined,
  whole: number | null | undefined,
  fixed?: { unit?: ByteUnit; decimals?: number },
): string {
  if (whole == null) return formatBytes(part)
  const unit = fixed?.unit ?? unitFor(whole)
  const n = whole / sizes[unit]
  const decimals = fixed?.decimals ?? ((unit === 'TB' ? n < 100 : n < 20) ? 1 : 0)
  const left = part == null ? unknown() : grouped(part / sizes[unit], decimals)
  return `${left} / ${grouped(n, unit !== 'TB' && Number.isInteger(n) ? 0 : decimals)}${thin}${unit}`
}

/** An amount of memory beside others of its kind: in whole GB up to 10 TB, where a tenth of a TB is still a machine. */
export const formatMemory = (bytes: number | null | undefined): string =>
  bytes == null || bytes < 10 * GIB || bytes >= 10 * TIB
    ? formatBytes(bytes)
    : formatBytes(bytes, { unit: 'GB', decimals: 0 })

/** A share as a percentage: no decimals, but one below 10 %. */
export function formatPercent(fraction: number | null | undefined): string {
  if (fraction == null) return unknown()
  const percent = fraction * 100
  const decimals = percent > 0 && percent < 9.95 ? 1 : 0
  return `${percent.toFixed(decimals)}${thin}%`
}

/** `3.2 / 8 核`: used of promised; one decimal for what is used. */
export function formatCoresOf(used: number | null | undefined, of: number | null | undefined): string {
  if (of == null) return unknown()
  return text('units:coresOf', { used: used == null ? unknown() : used.toFixed(1), of: formatCount(of) })
}

export const formatCores = (n: number | null | undefined): string =>
  n == null ? unknown() : text('units:cores', { n: grouped(n, Number.isInteger(n) ? 0 : 1) })

/** Disk traffic, `12.5 MB/s`. */
export function formatDiskRate(bytesPerSecond: number | null | undefined): string {
  if (bytesPerSecond == null) return unknown()
  const mb = bytesPerSecond / sizes.MB
  return `${grouped(mb, mb > 0 && mb < 100 ? 1 : 0)}${thin}MB/s`
}

/** Network traffic in decimal bits, `120 Mbit/s`, as line speeds are told. */
export function formatNetworkRate(bytesPerSecond: number | null | undefined): string {
  if (bytesPerSecond == null) return unknown()
  const mbit = (bytesPerSecond * 8) / 1_000_000
  return `${grouped(mbit, mbit > 0 && mbit < 100 ? 1 : 0)}${thin}Mbit/s`
}
