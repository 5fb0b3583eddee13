import { Segmented } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isText, memory } from '#kit/memory.ts'

const HOUR = 3_600_000
const spans = { hour: HOUR, day: 24 * HOUR, week: 7 * 24 * HOUR } as const
type SpanName = keyof typeof spans
const isSpan = (value: unknown): value is SpanName => isText(value) && value in spans

/** A span that ends now; it moves on only when it is chosen again or a minute has passed and the page asks anew. */
export type Span = { readonly from: number; readonly until: number }

const spanOf = (name: SpanName): Span => {
  const until = Math.ceil(Date.now() / 60_000) * 60_000
  return { from: until - spans[name], until }
}

/** The span that charts show, remembered, with the switch for it. */
export function useSpan(): readonly [Span, React.ReactNode] {
  const { t } = useTranslation('chart')
  const [name, setName] = useState(() => memory.get('span', 'hour', isSpan))
  const [span, setSpan] = useState(() => spanOf(name))
  const control = (
    <Segmented
      size="small"
      aria-label={t('span')}
      value={name}
      options={(Object.keys(spans) as SpanName[]).map(value => ({ value, label: t(value) }))}
      onChange={next => {
        memory.set('span', next)
        setName(next)
        setSpan(spanOf(next))
      }}
    />
  )
  return [span, control]
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
