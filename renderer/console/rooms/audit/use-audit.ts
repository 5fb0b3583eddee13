import { useCallback, useEffect, useRef, useState } from 'react'
import type { AuditEntry } from '#contract/audit.ts'
import { call, rpc } from '#client/index.ts'
import type { Failure } from '#client/failure.ts'
import type { Span } from './span.ts'

const PAGE = 200

export type AuditQuestion = { readonly search: string; readonly action: string | null; readonly span: Span }
type Pages = {
  readonly key: string | null
  readonly entries: readonly AuditEntry[]
  readonly total: number
  readonly head: string
  readonly failure: Failure | null
  readonly isLoading: boolean
}
const none: Pages = { key: null, entries: [], total: 0, head: '', failure: null, isLoading: false }

const inputOf = ({ search, action, span }: AuditQuestion) => ({
  limit: PAGE,
  ...span,
  ...(search === '' ? {} : { search }),
  ...(action === null ? {} : { action }),
})

/** A text that follows another one after a moment of rest, so that not every letter is a question. */
export function useRested<Value>(value: Value, ms: number): Value {
  const [rested, setRested] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return rested
}

/** The entries that answer a question, newest first, as many pages as were asked for. */
export function useAudit(question: AuditQuestion) {
  const [pages, setPages] = useState<Pages>(none)
  const asking = useRef<AbortController | null>(null)
  const key = JSON.stringify(question)
  const latest = useRef(question)
  latest.current = question

  const ask = useCallback(async (wanted: string, before: AuditEntry | undefined) => {
    asking.current?.abort()
    const mine = new AbortController()
    asking.current = mine
    setPages(have => ({ ...have, isLoading: true, failure: null }))
    try {
      const input = { ...inputOf(latest.current), ...(before ? { before: before.seq } : {}) }
      const { entries, total, head } = await call(() => rpc.audit.list(input, { signal: mine.signal }))
      if (mine.signal.aborted) return
      setPages(have => ({
        key: wanted,
        entries: before ? [...have.entries, ...entries] : entries,
        total,
        head,
        failure: null,
        isLoading: false,
      }))
    } catch (failure) {
      if (!mine.signal.aborted) setPages(have => ({ ...have, failure: failure as Failure, isLoading: false }))
    }
  }, [])
  useEffect(() => {
    void ask(key, undefined)
    return () => asking.current?.abort()
  }, [key, ask])
  const { entries } = pages
  return {
    ...pages,
    isFirst: pages.key === null,
    more: useCallback(() => void ask(key, entries.at(-1)), [ask, key, entries]),
    reload: useCallback(() => void ask(key, undefined), [ask, key]),
  }
}
export type Audit = ReturnType<typeof useAudit>

/** Whether all entries that answer are there. */
export const isWhole = ({ entries, total }: Audit): boolean => entries.length >= total
