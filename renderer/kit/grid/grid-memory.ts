import { isTexts, memory } from '../memory.ts'
import type { Column, Sorting } from './column.ts'

/** How a reader left a grid; kept while the page lives, so that Back returns to the same scroll and selection. */
export type GridState = {
  scrollTop: number
  focusKey: string | null
  focusIndex: number
  selected: ReadonlySet<string>
  sorting: Sorting | null
  filter: string
}

const left = new Map<string, GridState>()

export function gridState(id: string, sorting: Sorting | null): GridState {
  const have = left.get(id)
  if (have) return have
  const fresh = { scrollTop: 0, focusKey: null, focusIndex: -1, selected: new Set<string>(), sorting, filter: '' }
  left.set(id, fresh)
  return fresh
}

/** Columns that the reader has chosen to see, in the grid's order; at first those that are shown by themselves. */
export function shownColumns<Row>(id: string, columns: readonly Column<Row>[]): readonly string[] {
  const byDefault = columns.filter(column => column.isShown !== false).map(column => column.id)
  const chosen = memory.get(`grid.${id}.columns`, byDefault, isTexts)
  const known = chosen.filter(one => columns.some(column => column.id === one))
  return known.length > 0 ? known : byDefault
}

export function rememberColumns(id: string, shown: readonly string[] | null): void {
  memory.set(`grid.${id}.columns`, shown)
}
