import { CloseCircleFilled, DownloadOutlined, SearchOutlined, TableOutlined } from '@ant-design/icons'
import { Button, Checkbox, Input, Popover, type InputRef } from 'antd'
import type { ReactNode, Ref } from 'react'
import { useTranslation } from 'react-i18next'
import { csvOf, download } from '../csv.ts'
import { dayOf } from '../format/index.ts'
import { textOf, type Column } from './column.ts'

type ToolsProps<Row> = {
  readonly ref: Ref<{ focus: () => void }>
  readonly columns: readonly Column<Row>[]
  readonly shown: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly total: number
  readonly filter: string
  readonly exportName: string
  readonly onFilter: (filter: string) => void
  /** From the filter down into the rows. */
  readonly onLeave: () => void
  /** Null: back to those that are shown by themselves. */
  readonly onShown: (ids: readonly string[] | null) => void
  readonly children?: ReactNode
}

function exportRows<Row>(name: string, columns: readonly Column<Row>[], rows: readonly Row[]): void {
  const fields = columns.flatMap(
    column => column.exports ?? [{ title: column.title, value: (row: Row) => textOf(column, row) }],
  )
  const lines = rows.map(row => fields.map(field => field.value(row)))
  download(
    `${name}-${dayOf(Date.now())}.csv`,
    csvOf(
      fields.map(field => field.title),
      lines,
    ),
  )
}

/** Which columns stand in the grid, chosen one by one. */
function ColumnChoice<Row>(props: Pick<ToolsProps<Row>, 'columns' | 'shown' | 'onShown'>) {
  const { t } = useTranslation('grid')
  const { columns, shown } = props
  const counts = { shown: shown.length, all: columns.length }
  const ids = shown.map(column => column.id)
  const toggle = (id: string, isOn: boolean) =>
    props.onShown(columns.map(column => column.id).filter(one => (one === id ? isOn : ids.includes(one))))
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      content={
        <div className="y-grid-columns">
          {columns.map(column => (
            <Checkbox
              key={column.id}
              checked={ids.includes(column.id)}
              disabled={ids.length === 1 && ids.includes(column.id)}
              onChange={event => toggle(column.id, event.target.checked)}
            >
              {column.title}
            </Checkbox>
          ))}
          <Button size="small" type="link" onClick={() => props.onShown(null)}>
            {t('restoreColumns')}
          </Button>
        </div>
      }
    >
      <Button type="text" icon={<TableOutlined aria-hidden />} title={t('columnsOf', counts)}>
        <span className="y-grid-tool-word">{t('columnsOf', counts)}</span>
      </Button>
    </Popover>
  )
}

/** The line above a grid: the page's own switches, filter, count, columns, export. */
export function GridTools<Row>(props: ToolsProps<Row>) {
  const { t } = useTranslation('grid')
  const { columns, shown, rows, total } = props
  return (
    <div className="y-grid-tools">
      {props.children}
      <Input
        ref={props.ref as Ref<InputRef>}
        className="y-grid-filter"
        allowClear={{ clearIcon: <CloseCircleFilled aria-hidden /> }}
        prefix={<SearchOutlined aria-hidden />}
        placeholder={t('filter')}
        title={t('filterHint')}
        aria-label={t('filter')}
        value={props.filter}
        onChange={event => props.onFilter(event.target.value)}
        onKeyDown={event => {
          if (event.nativeEvent.isComposing) return
          if (event.key === 'ArrowDown' || event.key === 'Enter') {
            event.preventDefault()
            props.onLeave()
          } else if (event.key === 'Escape' && props.filter !== '') {
            event.stopPropagation()
            props.onFilter('')
          }
        }}
      />
      <span className="y-second y-grid-count" aria-live="polite">
        {rows.length === total ? t('rows', { shown: total }) : t('rowsOf', { shown: rows.length, total })}
      </span>
      <span className="y-grow" />
      <ColumnChoice columns={columns} shown={shown} onShown={props.onShown} />
      <Button
        type="text"
        icon={<DownloadOutlined aria-hidden />}
        title={t('exportHint', { n: rows.length })}
        disabled={rows.length === 0}
        onClick={() => exportRows(props.exportName, columns, rows)}
      >
        <span className="y-grid-tool-word">{t('export')}</span>
      </Button>
    </div>
  )
}
