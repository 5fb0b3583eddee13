import type { ReactNode } from 'react'

/**
 * A column of a `Grid`. Make the list of columns once (module level or `useMemo`): a new list draws all rows again.
 */
export type Column<Row> = {
  readonly id: string
  readonly title: string
  /** Pixels; a column with `grow` takes this at least. */
  readonly width: number
  readonly grow?: number
  readonly align?: 'right'
  /** False: hidden until the reader asks for it. */
  readonly isShown?: boolean
  /** Where room is short, and until the reader chooses columns, the highest rank is left out first; none: never. */
  readonly rank?: number
  /** What it sorts by; null sorts last either way. */
  readonly value: (row: Row) => string | number | null
  /** What the filter reads; without it the value. */
  readonly text?: (row: Row) => string
  /** Its columns in an exported file, numbers as numbers with the unit in the title; without it one, of the text. */
  readonly exports?: readonly Exported<Row>[]
  /** What is drawn; without it the text. */
  readonly cell?: (row: Row) => ReactNode
}

export type Exported<Row> = { readonly title: string; readonly value: (row: Row) => string | number | null }

export type Sorting = { readonly columnId: string; readonly isDescending: boolean }

export const textOf = <Row>(column: Column<Row>, row: Row): string =>
  column.text ? column.text(row) : String(column.value(row) ?? '')

const collator = new Intl.Collator('zh-CN', { numeric: true, sensitivity: 'base' })

function compareValues(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return collator.compare(String(a), String(b))
}

/**
 * Rows in the order of a column; rows without a value stay last in both directions, equal ones keep their order.
 *
 * @param sorting  null: the order as given
 */
export function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  sorting: Sorting | null,
): readonly Row[] {
  const column = columns.find(one => one.id === sorting?.columnId)
  if (!sorting || !column) return rows
  const sign = sorting.isDescending ? -1 : 1
  return rows
    .map(row => ({ row, value: column.value(row) }))
    .sort((a, b) => {
      if (a.value === null || b.value === null) return a.value === b.value ? 0 : a.value === null ? 1 : -1
      return sign * compareValues(a.value, b.value)
    })
    .map(({ row }) => row)
}

/** Rows in which every word of the filter stands somewhere, in any column, whatever the case. */
export function filterRows<Row>(rows: readonly Row[], columns: readonly Column<Row>[], filter: string): readonly Row[] {
  const words = filter.trim().toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return rows
  return rows.filter(row => {
    const all = columns
      .map(column => textOf(column, row))
      .join('\n')
      .toLowerCase()
    return words.every(word => all.includes(word))
  })
}

/** What a click on a column's head does: ascending, descending, as given. */
export function nextSorting(now: Sorting | null, columnId: string): Sorting | null {
  if (now?.columnId !== columnId) return { columnId, isDescending: false }
  return now.isDescending ? null : { columnId, isDescending: true }
}
