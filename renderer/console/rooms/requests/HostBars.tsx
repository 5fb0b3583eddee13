import type { HostVerdict } from '#contract/placement.ts'
import { Bar } from '#kit/Bar.tsx'
import { formatPercent } from '#kit/format/index.ts'
import { text, word } from '#kit/i18n/index.ts'
import { figuresOf, formatAmount, type QuotaLine } from './size.ts'
import './host-bars.css'

type Pool = QuotaLine['pool']
type Change = NonNullable<HostVerdict['cpu']>

/** `24 → 28 / 64 核`: now, afterwards, in all; the unit once. */
function changeText(pool: Pool, change: Change): string {
  const [used = '', after = '', limit = ''] = figuresOf(pool, change.before, change.after, change.capacity)
  return text('requests:quotaLine', { used, after, limit })
}

/** One resource before and after: what is promised now dark, what would be added light, the limit as the end. */
export function ChangeLine(props: {
  readonly pool: Pool
  readonly change: Change | null
  readonly note?: string | null
}) {
  const { pool, change, note } = props
  const name = word('pool', pool)
  if (!change) {
    return (
      <div className="requests-change">
        <span>{name}</span>
        <Bar used={null} promised={null} physical={null} label={text('units:unknown')} />
        <span className="y-second">{text('units:unknown')}</span>
      </div>
    )
  }
  const { before, after, capacity } = change
  const isOver = after > capacity
  const says = text('requests:beforeAfter', {
    before: formatAmount(pool, before),
    after: formatAmount(pool, after),
    capacity: formatAmount(pool, capacity),
  })
  return (
    <div className="requests-change" title={note ?? says}>
      <span>{name}</span>
      <Bar
        used={Math.min(before, capacity)}
        promised={after}
        physical={capacity}
        promisable={isOver ? capacity : null}
        label={says}
      />
      <span className={isOver ? 'y-critical' : undefined}>{changeText(pool, change)}</span>
    </div>
  )
}

/** The three resources of one host before and after the machine is placed there. */
export function HostBars({ verdict }: { readonly verdict: HostVerdict }) {
  return (
    <div className="requests-bars">
      <ChangeLine pool="cpu" change={verdict.cpu} />
      <ChangeLine pool="memory" change={verdict.memory} />
      <ChangeLine
        pool="storage"
        change={verdict.storage}
        note={verdict.pool === null ? null : text('requests:pool', { pool: verdict.pool })}
      />
    </div>
  )
}

/** How full the host would be, the fullest of the three first: for a line in a list. */
export function fullestAfter(verdict: HostVerdict): string {
  const shares = (['cpu', 'memory', 'storage'] as const).flatMap(pool => {
    const change = verdict[pool]
    return change && change.capacity > 0 ? [{ pool, share: change.after / change.capacity }] : []
  })
  const fullest = shares.sort((a, b) => b.share - a.share)[0]
  return fullest
    ? text('requests:fullest', { pool: word('pool', fullest.pool), percent: formatPercent(fullest.share) })
    : ''
}
