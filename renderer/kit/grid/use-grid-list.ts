import { useCallback, useLayoutEffect, useMemo, useState } from 'react'
import { filterRows, sortRows, type Column, type Sorting } from './column.ts'
import { gridState, type GridState } from './grid-memory.ts'
import { keptFocus } from './keyboard.ts'

/** The rows as they stand in a grid, and how the reader left it. */
export type GridList<Row> = {
  readonly state: GridState
  readonly change: (next: Partial<GridState>) => void
  /** Filtered and sorted. */
  readonly rows: readonly Row[]
  /** Of `rows`, in their order. */
  readonly keys: readonly string[]
  /** Row that has the focus; -1: none has. */
  readonly focusIndex: number
  /** Turns the selection of a row over. */
  readonly select: (key: string) => void
  readonly selectAll: (all: boolean) => void
}

type Given<Row> = {
  readonly id: string
  readonly rows: readonly Row[]
  readonly columns: readonly Column<Row>[]
  readonly keyOf: (row: Row) => string
  readonly sorting?: Sorting
}

/** Focus and selection hang on row keys, so that rows which come, go or move take neither along. */
export function useGridList<Row>({ id, rows: given, columns, keyOf, ...by }: Given<Row>): GridList<Row> {
  const state = gridState(id, by.sorting ?? null)
  const [, redraw] = useState(0)
  const change = useCallback(
    (next: Partial<GridState>) => {
      Object.assign(state, next)
      redraw(n => n + 1)
    },
    [state],
  )
  const { filter, sorting } = state
  const rows = useMemo(
    () => sortRows(filterRows(given, columns, filter), columns, sorting),
    [given, columns, filter, sorting],
  )
  const keys = useMemo(() => rows.map(keyOf), [rows, keyOf])
  const focusIndex = keptFocus(state.focusKey, state.focusIndex, keys)
  useLayoutEffect(() => {
    state.focusIndex = focusIndex
    if (focusIndex >= 0) state.focusKey = keys[focusIndex] ?? null
  }, [state, focusIndex, keys])
  const select = useCallback(
    (key: string) => {
      const selected = new Set(state.selected)
      if (!selected.delete(key)) selected.add(key)
      change({ selected })
    },
    [state, change],
  )
  const selectAll = (all: boolean) => change({ selected: new Set(all ? keys : []) })
  return { state, change, rows, keys, focusIndex, select, selectAll }
}
