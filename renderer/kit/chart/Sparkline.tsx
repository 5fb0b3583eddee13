import { memo } from 'react'
import { sparkPaths } from './spark-paths.ts'
import './chart.css'

type SparklineProps = {
  /** Shares 0..1, oldest first; null = not measured, drawn as a gap. */
  readonly values: readonly (number | null)[]
  readonly label: string
  readonly width?: number
  readonly height?: number
  readonly isStale?: boolean
}

/** The last hour in a cell: zero-based, full height is 100 %. */
export const Sparkline = memo(function Sparkline(props: SparklineProps) {
  const { values, label, width = 72, height = 20, isStale = false } = props
  const { line, area } = sparkPaths(values, width, height)
  return (
    <svg
      className="y-spark"
      width={width}
      height={height}
      role="img"
      aria-label={label}
      data-stale={isStale || undefined}
    >
      <line x1={0} x2={width} y1={height - 0.5} y2={height - 0.5} />
      <path className="y-spark-area" d={area} />
      <path className="y-spark-line" d={line} />
    </svg>
  )
})
