import { Segmented } from 'antd'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useQuery, type Answer } from '#client/hooks.ts'
import type { rpc } from '#client/index.ts'
import { LineChart, type LineChartProps } from '#kit/chart/LineChart.tsx'
import { isText, memory } from '#kit/memory.ts'
import { useFromNow } from '#kit/now.ts'
import { Failed, Skeleton } from '#kit/states.tsx'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const spans = { hour: HOUR, day: 24 * HOUR, week: 7 * 24 * HOUR } as const
type SpanName = keyof typeof spans
const isSpan = (value: unknown): value is SpanName => isText(value) && value in spans

export type Span = { readonly from: number; readonly until: number }

const spanOf = (name: SpanName): Span => {
  const until = Math.ceil(Date.now() / MINUTE) * MINUTE
  return { from: until - spans[name], until }
}

export type History<Point> = Answer<{ readonly span: Span; readonly points: readonly Point[] }> & {
  /** `近 1 小时`, for the titles. */
  readonly spanWords: string
  /** The switch for the span. */
  readonly control: ReactNode
}

/**
 * The past of one thing over the span that the reader chose, which is remembered. Asked anew every minute, so that an
 * open chart goes on.
 *
 * @param of  names the thing: another name asks at once
 */
export function useHistory<Point>(
  of: string,
  ask: (r: typeof rpc, span: Span, o: { signal: AbortSignal }) => Promise<readonly Point[]>,
): History<Point> {
  const { t } = useTranslation('chart')
  const [name, setName] = useState(() => memory.get('span', 'hour', isSpan))
  const answer = useQuery(`${of} ${name}`, async (r, o) => {
    const span = spanOf(name)
    return { span, points: await ask(r, span, o) }
  })
  const { reload } = answer
  const minute = useFromNow(now => Math.floor(now / MINUTE))
  const asked = useRef(minute)
  useEffect(() => {
    if (asked.current !== minute) reload()
    asked.current = minute
  }, [minute, reload])
  const control = (
    <Segmented
      size="small"
      aria-label={t('span')}
      value={name}
      options={(Object.keys(spans) as SpanName[]).map(value => ({ value, label: t(value) }))}
      onChange={next => {
        memory.set('span', next)
        setName(next)
      }}
    />
  )
  return { ...answer, spanWords: t(`last.${name}`), control }
}

/** Charts below the switch of their span; what was drawn stays when a later question fails, below the failure. */
export function HistoryCharts<Point>(props: {
  readonly history: History<Point>
  readonly charts: readonly LineChartProps[]
}) {
  const { phase, failure, reload, control } = props.history
  return (
    <div className="y-charts">
      <div className="y-row">{control}</div>
      {phase === 'failed' && failure && <Failed failure={failure} onRetry={reload} />}
      {phase === 'loading' && <Skeleton rows={4} height={80} />}
      {props.charts.map(chart => (
        <LineChart key={chart.series[0]?.label} chart={chart} />
      ))}
    </div>
  )
}

const known = (values: readonly (number | null)[]): readonly number[] => values.filter(value => value !== null)

/** Largest known value; null when none is known. */
export function peakOf(values: readonly (number | null)[]): number | null {
  const some = known(values)
  return some.length === 0 ? null : Math.max(...some)
}

/** Mean of the known values; null when none is known. */
export function meanOf(values: readonly (number | null)[]): number | null {
  const some = known(values)
  return some.length === 0 ? null : some.reduce((sum, value) => sum + value, 0) / some.length
}
