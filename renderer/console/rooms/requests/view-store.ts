import { createStore, type StoreApi } from 'zustand/vanilla'
import type { HostId } from '#contract/ids.ts'
import type { QueueFilter } from './queue.ts'

/** What a reader chose on this page; kept while the page lives, so that coming back finds it as it was left. */
export type View = {
  readonly filter: QueueFilter
  readonly search: string
  /** Hosts picked instead of the proposed ones, by request. */
  readonly picks: ReadonlyMap<string, HostId>
  /** What stands in the remark box, by request. */
  readonly remarks: ReadonlyMap<string, string>
  /** Decided by this reader since the page was opened: they stay in the list, to be seen through. */
  readonly recent: ReadonlySet<string>
}

const fresh = (filter: QueueFilter): View => ({
  filter,
  search: '',
  picks: new Map(),
  remarks: new Map(),
  recent: new Set(),
})

let left: { readonly personId: string; readonly store: StoreApi<View> } | null = null

/** The page's choices of one person; another person who signs in begins anew. */
export function viewOf(personId: string, filter: QueueFilter = 'waiting'): StoreApi<View> {
  if (left?.personId !== personId) left = { personId, store: createStore<View>()(() => fresh(filter)) }
  return left.store
}

/** The map with a value put in, or taken out when it is null or empty. */
export function withEntry<Value>(
  map: ReadonlyMap<string, Value>,
  key: string,
  value: Value | null,
): ReadonlyMap<string, Value> {
  const next = new Map(map)
  if (value === null || value === '') next.delete(key)
  else next.set(key, value)
  return next
}
