/** The part of the record that is looked at. */
export type SpanName = 'all' | 'day' | 'week' | 'month' | 'own'
export const spanNames: readonly SpanName[] = ['all', 'day', 'week', 'month', 'own']
export type Span = { readonly from?: number; readonly until?: number }

const DAY = 86_400_000
const days: Readonly<Record<Exclude<SpanName, 'all' | 'own'>, number>> = { day: 1, week: 7, month: 30 }

/** Midnight in Shanghai (UTC+8) at the beginning of a day, ms since 1970. */
const startOf = (day: string): number => Date.parse(`${day}T00:00:00+08:00`)

/**
 * The instants of a span.
 *
 * @param now   rounded down to the minute, so that the same choice is the same question for a while
 * @param own   first and last day, `YYYY-MM-DD` in Shanghai, both included; for `own` alone
 */
export function spanOf(name: SpanName, now: number, own: { from: string | null; until: string | null }): Span {
  if (name === 'all') return {}
  if (name !== 'own') return { from: Math.floor(now / 60_000) * 60_000 - days[name] * DAY }
  return {
    ...(own.from === null ? {} : { from: startOf(own.from) }),
    ...(own.until === null ? {} : { until: startOf(own.until) + DAY - 1 }),
  }
}

/** `审计-2026-11-01-2026-11-30.jsonl`, from the days that were exported. */
export function fileNameOf(prefix: string, days: readonly string[]): string {
  return `${[prefix, ...days].join('-')}.jsonl`
}
