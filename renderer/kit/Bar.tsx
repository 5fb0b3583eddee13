import './bar.css'

export type BarProps = {
  /** In any one unit; null: not known. */
  readonly used: number | null
  readonly promised: number | null
  readonly physical: number | null
  /** Where promises must stop: what is left after overcommit and the failure reserve. Marked by a line. */
  readonly promisable?: number | null
  /** Screen-reader sentence with the figures. */
  readonly label: string
  /** Figures are old: hatched. */
  readonly isStale?: boolean
  readonly height?: number
}

/**
 * 已用 ▌ 已分配 ▌ 物理 on one scale, with the mark of what may be promised. What nobody knows is hatched, never empty:
 * an empty bar would say "nothing used".
 */
export function Bar({ used, promised, physical, promisable = null, label, isStale = false, height = 10 }: BarProps) {
  const scale = Math.max(physical ?? 0, promised ?? 0, promisable ?? 0, used ?? 0)
  const isUnknown = physical === null || scale === 0
  const at = (value: number) => `${Math.min(100, (value / scale) * 100)}%`
  const isOver = promised !== null && promisable !== null && promised > promisable
  const isFull = used !== null && physical !== null && used >= physical * 0.9
  return (
    <span className="y-bar" role="img" aria-label={label} style={{ height }} data-unknown={isUnknown || undefined}>
      {!isUnknown && (
        <>
          <span className="y-bar-physical" style={{ width: at(physical) }} />
          {promised !== null && (
            <span className="y-bar-promised" data-over={isOver || undefined} style={{ width: at(promised) }} />
          )}
          {used !== null && <span className="y-bar-used" data-full={isFull || undefined} style={{ width: at(used) }} />}
          {physical < scale && <span className="y-bar-end" style={{ left: at(physical) }} />}
          {promisable !== null && <span className="y-bar-mark" style={{ left: at(promisable) }} />}
          {(isStale || used === null) && <span className="y-bar-hatch" />}
        </>
      )}
    </span>
  )
}

/** The figures of a bar in words, with the bar's own separator between them. */
export function BarWords({ parts }: { readonly parts: readonly string[] }) {
  return (
    <span className="y-bar-words">
      {parts.map((part, i) => (
        <span key={i}>
          {i > 0 && <i aria-hidden>▌</i>}
          {part}
        </span>
      ))}
    </span>
  )
}

/** A share of something in a grid cell: one colour that turns at nine tenths. */
export function Meter(props: { readonly used: number | null; readonly of: number | null; readonly label: string }) {
  return <Bar used={props.used} promised={null} physical={props.of} label={props.label} height={6} />
}
