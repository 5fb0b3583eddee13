import { useState } from 'react'
import { useFromNow } from '#kit/now.ts'
import { spanOf, type SpanName } from './span.ts'
import { useRested, type AuditQuestion } from './use-audit.ts'

const REST_MS = 250

/** What the record is narrowed to. */
export type Choices = {
  readonly search: string
  readonly action: string | null
  readonly span: SpanName
  readonly from: string | null
  readonly until: string | null
}
export const everything: Choices = { search: '', action: null, span: 'all', from: null, until: null }

/** How the page was left; comes back as it was. */
let left = everything

export function useChoices() {
  const [choices, setChoices] = useState(left)
  const choose = (changes: Partial<Choices>) => setChoices((left = { ...left, ...changes }))
  return { choices, choose }
}

/** The choices as a question: the search at rest, the span as instants. */
export function useQuestion(choices: Choices): AuditQuestion {
  const search = useRested(choices.search.trim(), REST_MS)
  const from = useFromNow(now => spanOf(choices.span, now, choices).from ?? 0)
  const { until } = spanOf(choices.span, 0, choices)
  const span = { ...(from === 0 ? {} : { from }), ...(until === undefined ? {} : { until }) }
  return { search, action: choices.action, span }
}
