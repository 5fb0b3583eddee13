import { Checkbox } from 'antd'
import { memo, type MouseEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { textOf, type Column } from './column.ts'

type RowProps<Row> = {
  readonly id: string
  readonly row: Row
  readonly rowKey: string
  readonly index: number
  readonly top: number
  readonly columns: readonly Column<Row>[]
  readonly template: string
  readonly isFocused: boolean
  readonly isOpen: boolean
  /** Null: rows of this grid cannot be selected. */
  readonly isSelected: boolean | null
  readonly isStale: boolean
  readonly onClick: (event: MouseEvent, row: Row) => void
  readonly onSelect: (key: string) => void
}

function PlainRow<Row>(props: RowProps<Row>) {
  const { t } = useTranslation('grid')
  const { row, rowKey, isSelected } = props
  return (
    <div
      id={props.id}
      className="y-grid-row"
      role="row"
      aria-rowindex={props.index + 2}
      aria-selected={isSelected ?? undefined}
      data-focused={props.isFocused || undefined}
      data-open={props.isOpen || undefined}
      data-stale={props.isStale || undefined}
      style={{ gridTemplateColumns: props.template, transform: `translateY(${props.top}px)` }}
      onClick={event => props.onClick(event, row)}
    >
      {isSelected !== null && (
        <div role="gridcell" className="y-grid-check" onClick={event => event.stopPropagation()}>
          <Checkbox
            tabIndex={-1}
            checked={isSelected}
            aria-label={t('selectRow')}
            onChange={() => props.onSelect(rowKey)}
          />
        </div>
      )}
      {props.columns.map(column => (
        <div key={column.id} role="gridcell" data-align={column.align} data-column={column.id}>
          {column.cell ? column.cell(row) : <span className="y-cut">{textOf(column, row)}</span>}
        </div>
      ))}
    </div>
  )
}

/** Drawn again only when the row, its place or its marks are others; the handlers must be stable. */
export const GridRow = memo(PlainRow) as typeof PlainRow
