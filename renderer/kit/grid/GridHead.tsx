import { Checkbox } from 'antd'
import { useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { Column, Sorting } from './column.ts'

type HeadProps<Row> = {
  readonly columns: readonly Column<Row>[]
  readonly template: string
  readonly sorting: Sorting | null
  readonly onSort: (columnId: string) => void
  readonly isAllSelected?: boolean
  readonly onSelectAll?: (all: boolean) => void
}

/**
 * The heads are one stop of the Tab key; ← and → go from one to the next, Enter sorts.
 */
export function GridHead<Row>({ columns, template, sorting, onSort, isAllSelected, onSelectAll }: HeadProps<Row>) {
  const { t } = useTranslation('grid')
  const [stopId, setStopId] = useState<string | null>(null)
  const stop = columns.some(column => column.id === stopId) ? stopId : columns[0]?.id
  const press = (event: KeyboardEvent<HTMLElement>) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    const heads = [...event.currentTarget.querySelectorAll<HTMLButtonElement>('[data-head]')]
    heads[heads.findIndex(head => head === event.target) + step]?.focus()
  }
  return (
    <div className="y-grid-head" role="row" style={{ gridTemplateColumns: template }} onKeyDown={press}>
      {onSelectAll && (
        <div role="columnheader" className="y-grid-check">
          <Checkbox
            tabIndex={-1}
            checked={Boolean(isAllSelected)}
            aria-label={t('selectAll')}
            onChange={event => onSelectAll(event.target.checked)}
          />
        </div>
      )}
      {columns.map(column => {
        const isSorted = sorting?.columnId === column.id
        const order = isSorted ? (sorting.isDescending ? 'descending' : 'ascending') : 'none'
        return (
          <div key={column.id} role="columnheader" aria-sort={order} data-align={column.align}>
            <button
              type="button"
              data-head
              tabIndex={column.id === stop ? 0 : -1}
              title={t('sort', { title: column.title })}
              onFocus={() => setStopId(column.id)}
              onClick={() => onSort(column.id)}
            >
              <span className="y-cut">{column.title}</span>
              <span className="y-grid-order" aria-hidden>
                {isSorted ? (sorting.isDescending ? '↓' : '↑') : ''}
              </span>
            </button>
          </div>
        )
      })}
    </div>
  )
}
