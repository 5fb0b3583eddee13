import { Button } from 'antd'
import { useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useConnection } from '#client/hooks.ts'
import type { Failure } from '#client/failure.ts'
import type { Live } from '#client/live.ts'
import { formatInstant } from './format/index.ts'
import { sentenceOf } from './fault.ts'
import { StateGlyph } from './StateGlyph.tsx'
import './states.css'

type Fault = { readonly code: string; readonly data: Readonly<Record<string, unknown>> }

/** Nothing here yet: says what will be, and offers the one action that fills it. */
export function Empty(props: { readonly title?: string; readonly hint?: ReactNode; readonly action?: ReactNode }) {
  const { t } = useTranslation('common')
  return (
    <div className="y-empty">
      <p className="y-empty-title">{props.title ?? t('emptyTitle')}</p>
      {props.hint && <p className="y-second">{props.hint}</p>}
      {props.action}
    </div>
  )
}

/** A failure where it happened: which rule with its numbers, then what to do. */
export function FaultNote(props: {
  readonly fault: Fault
  readonly tone?: 'critical' | 'warning' | 'notice'
  readonly action?: ReactNode
}) {
  const { says, todo } = sentenceOf(props.fault)
  const tone = props.tone ?? 'critical'
  return (
    <div className="y-fault" data-tone={tone} role={tone === 'critical' ? 'alert' : 'note'}>
      <StateGlyph shape="warn" tone={tone} label="" />
      <div className="y-grow">
        <p>{says}</p>
        <p className="y-second">{todo}</p>
      </div>
      {props.action}
    </div>
  )
}

/** A question that was not answered, with the button that asks again. */
export function Failed({ failure, onRetry }: { readonly failure: Failure; readonly onRetry?: () => void }) {
  const { t } = useTranslation('common')
  return <FaultNote fault={failure} action={onRetry && <Button onClick={onRetry}>{t('retry')}</Button>} />
}

/** Grey shapes in the layout that is coming, not before 150 ms: what comes at once does not flicker. */
export function Skeleton({ rows = 6, height = 32 }: { readonly rows?: number; readonly height?: number }) {
  const { t } = useTranslation('common')
  const [isLate, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 150)
    return () => clearTimeout(timer)
  }, [])
  if (!isLate) return null
  return (
    <div className="y-skeleton" role="status" aria-label={t('loading')}>
      {Array.from({ length: rows }, (_, i) => (
        <span key={i} style={{ height: height - 12, width: `${92 - ((i * 37) % 40)}%`, marginBlock: 6 }} />
      ))}
    </div>
  )
}

/** Whether to draw a live value: a skeleton before the first one, the reason when it is refused. */
export function LiveGate<Value>(props: {
  readonly live: Live<Value>
  readonly skeleton?: ReactNode
  readonly children: ReactNode
}) {
  const { live } = props
  if (live.phase === 'loading') return props.skeleton ?? <Skeleton />
  if (live.phase === 'refused' && live.failure) return <FaultNote fault={live.failure} tone="notice" />
  return props.children
}

/**
 * Says that what stands below is the last that was heard. Draws nothing while all is well, nor when the whole page is
 * cut off: the frame says that once for all.
 */
export function StaleNote({ live }: { readonly live: Live<unknown> }) {
  const { t } = useTranslation('common')
  const connection = useConnection()
  if (live.phase !== 'stale' || live.lostAt === null || connection.phase !== 'live') return null
  return (
    <p className="y-stale-note" role="status">
      {t('staleSince', { at: formatInstant(live.lostAt, Date.now()) })}
    </p>
  )
}
