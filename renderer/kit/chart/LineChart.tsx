import { BarChartOutlined, DownloadOutlined, TableOutlined } from '@ant-design/icons'
import { Button, Tooltip } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { csvOf, download } from '../csv.ts'
import { dayOf, formatExact, formatInstant, formatStamp } from '../format/index.ts'
import { roundTop } from './scale.ts'
import { tokenColour, useTheme } from '../theme.tsx'
import './chart.css'

export type Series = {
  readonly label: string
  /** A colour token of `kit/tokens.css`, `used`. */
  readonly colour: string
  /** As many as there are times; null is a gap and stays one. */
  readonly values: readonly (number | null)[]
}

export type LineChartProps = {
  /** The one question that the chart answers, with the figures in words. */
  readonly title: string
  /** ms since 1970, rising. */
  readonly times: readonly number[]
  readonly series: readonly Series[]
  readonly format: (value: number) => string
  /** Top of the scale; without it a round number above the largest value. Amounts start at zero always. */
  readonly max?: number
  /** How much of the values' unit makes one of the unit that is shown: 1,048,576 for MB. Rounds the scale there. */
  readonly unit?: number
  /** The span that was asked for: stays whole even when data began later. */
  readonly from: number
  readonly until: number
  readonly height?: number
}

const second = 1_000

function optionsOf(props: LineChartProps, width: number, onCursor: (index: number | null) => void): uPlot.Options {
  const axis = {
    stroke: tokenColour('second'),
    grid: { stroke: tokenColour('line'), width: 1 },
    ticks: { show: false },
  }
  const font = "12px 'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif"
  const top = props.max ?? roundTop(props.series, props.unit ?? 1)
  const dense = props.until - props.from <= 36 * 3_600 * second
  return {
    width,
    height: props.height ?? 140,
    legend: { show: false },
    cursor: { y: false, points: { size: 7 }, drag: { setScale: false, x: false, y: false } },
    scales: {
      x: { time: true, range: [props.from / second, props.until / second] },
      y: { range: [0, top] },
    },
    axes: [
      {
        ...axis,
        font,
        size: 26,
        space: 64,
        values: (_u, splits) => splits.map(at => formatInstant(at * second, dense ? at * second : props.until)),
      },
      {
        ...axis,
        font,
        size: 66,
        splits: [0, top / 2, top],
        values: (_u, splits) => splits.map(value => props.format(value)),
      },
    ],
    series: [
      {},
      ...props.series.map(one => ({
        label: one.label,
        stroke: tokenColour(one.colour),
        fill: props.series.length === 1 ? `${tokenColour(one.colour)}22` : undefined,
        width: 1.5,
        spanGaps: false,
        points: { show: false },
      })),
    ],
    hooks: { setCursor: [u => onCursor(u.cursor.idx ?? null)] },
  } as uPlot.Options
}

function Plot({
  chart,
  onCursor,
}: {
  readonly chart: LineChartProps
  readonly onCursor: (index: number | null) => void
}) {
  const box = useRef<HTMLDivElement>(null)
  const theme = useTheme()
  useEffect(() => {
    const element = box.current
    if (!element) return
    const data = [chart.times.map(at => at / second), ...chart.series.map(one => [...one.values])] as uPlot.AlignedData
    const plot = new uPlot(optionsOf(chart, element.clientWidth, onCursor), data, element)
    const watch = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: chart.height ?? 140 }))
    watch.observe(element)
    return () => {
      watch.disconnect()
      plot.destroy()
    }
  }, [chart, onCursor, theme])
  return <div ref={box} className="y-chart-plot" style={{ height: chart.height ?? 140 }} />
}

function exportChart(chart: LineChartProps, timeTitle: string): void {
  const lines = chart.times.map((at, i) => [formatStamp(at), ...chart.series.map(s => s.values[i] ?? null)])
  download(`${chart.title}-${dayOf(chart.until)}.csv`, csvOf([timeTitle, ...chart.series.map(s => s.label)], lines))
}

function ChartTable({ chart }: { readonly chart: LineChartProps }) {
  const { t } = useTranslation('chart')
  const rows = chart.times.map((at, i) => ({ at, values: chart.series.map(one => one.values[i] ?? null) })).reverse()
  return (
    <div className="y-chart-table" style={{ height: chart.height ?? 140 }} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th>{t('time')}</th>
            {chart.series.map(one => (
              <th key={one.label}>{one.label}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <tr key={row.at}>
              <td>{formatInstant(row.at, chart.until)}</td>
              {row.values.map((value, i) => (
                <td key={chart.series[i]?.label}>{value === null ? t('gap') : chart.format(value)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/**
 * Lines over time: zero-based, gaps stay gaps, exact values under the pointer, and the same figures as a table or a
 * file. Give it a stable object (`useMemo`): another one draws it anew.
 */
export function LineChart({ chart }: { readonly chart: LineChartProps }) {
  const { t } = useTranslation('chart')
  const [isTable, setTable] = useState(false)
  const [index, setIndex] = useState<number | null>(null)
  const isEmpty = chart.series.every(one => one.values.every(value => value === null))
  const at = index === null ? undefined : chart.times[index]
  return (
    <figure className="y-chart">
      <figcaption>
        <h3 className="y-cut">{chart.title}</h3>
        <span className="y-grow" />
        <Tooltip title={isTable ? t('chart') : t('table')}>
          <Button
            type="text"
            size="small"
            icon={isTable ? <BarChartOutlined aria-hidden /> : <TableOutlined aria-hidden />}
            aria-label={isTable ? t('chart') : t('table')}
            onClick={() => setTable(!isTable)}
          />
        </Tooltip>
        <Tooltip title={t('export')}>
          <Button
            type="text"
            size="small"
            icon={<DownloadOutlined aria-hidden />}
            aria-label={t('export')}
            disabled={isEmpty}
            onClick={() => exportChart(chart, t('time'))}
          />
        </Tooltip>
      </figcaption>
      {isEmpty ? (
        <p className="y-chart-nothing y-second" style={{ height: chart.height ?? 140 }}>
          {t('noData')}
        </p>
      ) : isTable ? (
        <ChartTable chart={chart} />
      ) : (
        <Plot chart={chart} onCursor={setIndex} />
      )}
      {!isTable && !isEmpty && (
        <p className="y-chart-legend">
          {chart.series.map(one => (
            <span key={one.label}>
              <i style={{ background: `var(--${one.colour})` }} />
              {one.label}
              {at !== undefined && <b>{valueAt(one, index, chart.format, t('gap'))}</b>}
            </span>
          ))}
          {at !== undefined && <time className="y-second">{formatExact(at)}</time>}
        </p>
      )}
    </figure>
  )
}

function valueAt(one: Series, index: number | null, format: (value: number) => string, gap: string): string {
  const value = index === null ? null : one.values[index]
  return value === null || value === undefined ? gap : format(value)
}
