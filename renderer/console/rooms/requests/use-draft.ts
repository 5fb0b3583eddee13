import { useCallback, useState } from 'react'
import { memory } from '#kit/memory.ts'
import { isDraft, newRequestId, type Draft } from './draft.ts'

const isKept = (value: unknown): value is Draft | null => value === null || isDraft(value)

/**
 * A draft that survives leaving the page, a reload and a restart of the core; kept on this machine, a draft a person.
 *
 * @param name   what it is a draft of: `new`, or the id of the request that is completed
 * @param begin  the draft to begin with when none was kept
 */
export function useDraft(personId: string, name: string, begin: () => Draft) {
  const key = `draft.${personId}.${name}`
  const [draft, setDraft] = useState<Draft>(() => memory.get(key, null, isKept) ?? begin())
  const change = useCallback(
    (changes: Partial<Draft>) =>
      setDraft(have => {
        const next = { ...have, ...changes, requestId: newRequestId() }
        memory.set(key, next)
        return next
      }),
    [key],
  )
  const forget = useCallback(() => memory.set(key, null), [key])
  const restart = useCallback(
    (fresh: Draft) => {
      memory.set(key, null)
      setDraft(fresh)
    },
    [key],
  )
  return { draft, change, forget, restart }
}
