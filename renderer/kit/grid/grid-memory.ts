import { isText, isTexts, memory } from '../memory.ts'
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

const isSorting = (value: unknown): value is Sorting => {
  const one = value as Partial<Sorting> | null
  return isText(one?.columnId) && typeof one.isDescending === 'boolean'
}

/** @param byItself  the order until the reader chooses one, which is then remembered */
export function gridState(id: string, byItself: Sorting | null): GridState {
  const have = left.get(id)
  if (have) return have
  const sorting = memory.get(`grid.${id}.sorting`, byItself, isSorting)
  const fresh = { scrollTop: 0, focusKey: null, focusIndex: -1, selected: new Set<string>(), sorting, filter: '' }
  left.set(id, fresh)
  return fresh
}

export function rememberSorting(id: string, sorting: Sorting | null): void {
  memory.set(`grid.${id}.sorting`, sorting)
}

/** Ids of the columns that the reader has chosen to see; null: those that are shown by themselves, as room allows. */
export function chosenColumns<Row>(id: string, columns: readonly Column<Row>[]): readonly string[] | null {
  const chosen = memory.get<readonly string[] | null>(`grid.${id}.columns`, null, isTexts)
  const known = chosen?.filter(one => columns.some(column => column.id === one)) ?? []
  return known.length > 0 ? known : null
}

export function rememberColumns(id: string, chosen: readonly string[] | null): void {
  memory.set(`grid.${id}.columns`, chosen)
}
