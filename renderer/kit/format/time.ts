import { text } from '../i18n/index.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** China has kept UTC+8 without summer time since 1991; everything shown is in that zone, wherever the reader sits. */
const SHANGHAI_MS = 8 * HOUR

const two = (n: number): string => String(n).padStart(2, '0')

function partsOf(at: number) {
  const d = new Date(at + SHANGHAI_MS)
  return {
    year: d.getUTCFullYear(),
    day: `${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())}`,
    minute: `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`,
    second: two(d.getUTCSeconds()),
  }
}

/** Today `08:31`, this year `10-31 08:31`, else `2025-10-31 08:31`. */
export function formatInstant(at: number | null | undefined, now: number): string {
  if (at == null) return text('units:none')
  const it = partsOf(at)
  const today = partsOf(now)
  if (it.year !== today.year) return `${it.year}-${it.day} ${it.minute}`
  return it.day === today.day ? it.minute : `${it.day} ${it.minute}`
}

/** `08:31:05`. */
export function formatClock(at: number): string {
  const it = partsOf(at)
  return `${it.minute}:${it.second}`
}

/** `2026-10-31 08:31:05` in Shanghai, for files and records. */
export function formatStamp(at: number): string {
  const it = partsOf(at)
  return `${it.year}-${it.day} ${it.minute}:${it.second}`
}

/** `2026-10-31 08:31:05（北京时间）`, for tooltips. */
export const formatExact = (at: number): string => text('units:exact', { at: formatStamp(at) })

/** The calendar day in Shanghai, `2026-10-31`. */
export function dayOf(at: number): string {
  const it = partsOf(at)
  return `${it.year}-${it.day}`
}

/** The two largest parts that are not zero: `2 天 4 小时`, `4 分 10 秒`, `12 秒`; below a second, milliseconds. */
export function formatDuration(ms: number): string {
  const whole = Math.max(0, Math.round(ms))
  if (whole < 1_000) return text('units:millisecond', { n: whole })
  const parts = [
    [Math.floor(whole / DAY), 'units:day'],
    [Math.floor((whole % DAY) / HOUR), 'units:hour'],
    [Math.floor((whole % HOUR) / MINUTE), 'units:minute'],
    [Math.floor((whole % MINUTE) / 1_000), 'units:second'],
  ] as const
  const first = parts.findIndex(([n]) => n > 0)
  return parts
    .slice(first, first + 2)
    .filter(([n]) => n > 0)
    .map(([n, key]) => text(key, { n }))
    .join(' ')
}

/** How long ago, in one part: `4 秒前`, `3 分前`; a clock that runs ahead reads `刚刚`. */
export function formatAge(at: number, now: number): string {
  const ms = now - at
  if (ms < 1_000) return text('units:justNow')
  const step = ms < MINUTE ? 1_000 : ms < HOUR ? MINUTE : ms < DAY ? HOUR : DAY
  return text('units:ago', { duration: formatDuration(Math.floor(ms / step) * step) })
}
