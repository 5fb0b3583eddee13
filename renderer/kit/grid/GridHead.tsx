import { Checkbox } from 'antd'
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

export function GridHead<Row>({ columns, template, sorting, onSort, isAllSelected, onSelectAll }: HeadProps<Row>) {
  const { t } = useTranslation('grid')
  return (
    <div className="y-grid-head" role="row" style={{ gridTemplateColumns: template }}>
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
            <button type="button" tabIndex={-1} onClick={() => onSort(column.id)}>
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
