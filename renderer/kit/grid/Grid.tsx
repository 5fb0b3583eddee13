import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual'
import { Button } from 'antd'
import { useCallback, useId, useMemo, useRef } from 'react'
import type { MouseEvent, ReactNode, RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import { Empty } from '../states.tsx'
import { useKeptScroll } from '../use-kept-scroll.ts'
import { nextSorting, type Column, type Sorting } from './column.ts'
import { GridHead } from './GridHead.tsx'
import { rememberSorting } from './grid-memory.ts'
import { GridRow } from './GridRow.tsx'
import { GridTools } from './GridTools.tsx'
import { useGridKeys } from './use-grid-keys.ts'
import { useGridList, type GridList } from './use-grid-list.ts'
import { useShownColumns } from './use-shown-columns.ts'
import './grid.css'

const ROW_PX = 32
const CHECK_PX = 36

export type GridProps<Row> = {
  /** Names the grid for what is remembered of it: columns, scroll, selection. */
  readonly id: string
  /** Screen-reader name. */
  readonly label: string
  readonly rows: readonly Row[]
  readonly columns: readonly Column<Row>[]
  readonly keyOf: (row: Row) => string
  readonly onOpen?: (row: Row) => void
  /** Key of the row that the drawer shows; its row is marked. */
  readonly openKey?: string | null
  readonly sorting?: Sorting
  /** Given: rows can be selected, and this is drawn above them while some are. */
  readonly selectionBar?: (selected: readonly Row[], clear: () => void) => ReactNode
  /** Figures of this row are old: drawn faint and hatched. */
  readonly isStale?: (row: Row) => boolean
  /** Stands left of the filter: platform switch, state choice. */
  readonly tools?: ReactNode
  /** Drawn when there are no rows at all. */
  readonly empty: ReactNode
  /** Base name of the exported file. */
  readonly exportName: string
}

/** Sorts the rows by a column, and remembers it. */
function sortBy<Row>(id: string, { state, change }: GridList<Row>, columnId: string): void {
  const sorting = nextSorting(state.sorting, columnId)
  rememberSorting(id, sorting)
  change({ sorting })
}

/** Opens the row that is clicked, or with Ctrl turns its selection over. */
function useClick<Row>({ change, select }: GridList<Row>, { keyOf, onOpen }: GridProps<Row>) {
  return useCallback(
    (event: MouseEvent, row: Row) => {
      const key = keyOf(row)
      change({ focusKey: key })
      if (event.ctrlKey || event.metaKey) select(key)
      else onOpen?.(row)
    },
    [keyOf, change, select, onOpen],
  )
}

function useRowsInSight<Row>(viewport: RefObject<HTMLDivElement | null>, { rows, keys, state }: GridList<Row>) {
  return useVirtualizer<HTMLDivElement, Element>({
    count: rows.length,
    getScrollElement: () => viewport.current,
    estimateSize: () => ROW_PX,
    getItemKey: index => keys[index] ?? index,
    overscan: 8,
    initialOffset: state.scrollTop,
    // The head scrolls with the rows and covers the first of them.
    scrollMargin: ROW_PX,
    scrollPaddingStart: ROW_PX,
  })
}

/** The rows that are in sight, each at its place. */
function GridRows<Row>(props: {
  readonly grid: GridProps<Row>
  readonly list: GridList<Row>
  readonly virtual: Virtualizer<HTMLDivElement, Element>
  readonly domId: string
  readonly columns: readonly Column<Row>[]
  readonly template: string
}) {
  const { grid, list, virtual, domId } = props
  const click = useClick(list, grid)
  return (
    <div className="y-grid-body" role="rowgroup" style={{ height: virtual.getTotalSize() }}>
      {virtual.getVirtualItems().map(item => {
        const row = list.rows[item.index]
        const key = list.keys[item.index]
        if (row === undefined || key === undefined) return null
        return (
          <GridRow
            key={key}
            id={`${domId}-${key}`}
            row={row}
            rowKey={key}
            index={item.index}
            top={item.start - ROW_PX}
            columns={props.columns}
            template={props.template}
            isFocused={item.index === list.focusIndex}
            isOpen={key === grid.openKey}
            isSelected={grid.selectionBar ? list.state.selected.has(key) : null}
            isStale={grid.isStale?.(row) ?? false}
            onClick={click}
            onSelect={list.select}
          />
        )
      })}
    </div>
  )
}

/** What stands where there are no rows: none at all, or none that the filter lets through. */
function NoRows<Row>({ grid, list }: { readonly grid: GridProps<Row>; readonly list: GridList<Row> }) {
  const { t } = useTranslation('grid')
  if (grid.rows.length === 0) return grid.empty
  const clear = <Button onClick={() => list.change({ filter: '' })}>{t('clearFilter')}</Button>
  return <Empty title={t('nothingFits', { filter: list.state.filter })} action={clear} />
}

function SelectionBar<Row>({ grid, list }: { readonly grid: GridProps<Row>; readonly list: GridList<Row> }) {
  const { rows, keyOf } = grid
  const { selected } = list.state
  const selectedRows = useMemo(
    () => (selected.size === 0 ? [] : rows.filter(row => selected.has(keyOf(row)))),
    [rows, keyOf, selected],
  )
  if (!grid.selectionBar || selectedRows.length === 0) return null
  return (
    <div className="y-grid-selection" role="status">
      {grid.selectionBar(selectedRows, () => list.selectAll(false))}
    </div>
  )
}

/** The part that scrolls: the head, and the rows below it. */
function GridTable<Row>(props: {
  readonly grid: GridProps<Row>
  readonly list: GridList<Row>
  readonly columns: ReturnType<typeof useShownColumns<Row>>
  readonly viewport: RefObject<HTMLDivElement | null>
  readonly filterInput: RefObject<{ focus: () => void } | null>
}) {
  const { grid, list, viewport } = props
  const { shown, template, minWidth } = props.columns
  const { keys, rows, focusIndex, state } = list
  const domId = useId()
  const canSelect = Boolean(grid.selectionBar)
  const virtual = useRowsInSight(viewport, list)
  useKeptScroll(viewport, state)
  const press = useGridKeys(list, {
    viewport,
    filterInput: props.filterInput,
    rowPx: ROW_PX,
    canSelect,
    scrollTo: index => virtual.scrollToIndex(index),
    onOpen: grid.onOpen,
  })
  return (
    <div
      ref={viewport}
      className="y-grid-viewport"
      role="grid"
      tabIndex={0}
      aria-label={grid.label}
      aria-rowcount={rows.length + 1}
      aria-colcount={shown.length}
      aria-multiselectable={canSelect}
      aria-activedescendant={focusIndex >= 0 ? `${domId}-${keys[focusIndex]}` : undefined}
      onKeyDown={press}
    >
      <div style={{ minWidth }}>
        <GridHead
          columns={shown}
          template={template}
          sorting={state.sorting}
          onSort={columnId => sortBy(grid.id, list, columnId)}
          {...(canSelect && {
            isAllSelected: keys.length > 0 && keys.every(key => state.selected.has(key)),
            onSelectAll: list.selectAll,
          })}
        />
        <GridRows grid={grid} list={list} virtual={virtual} domId={domId} columns={shown} template={template} />
      </div>
      {rows.length === 0 && (
        <div className="y-grid-nothing">
          <NoRows grid={grid} list={list} />
        </div>
      )}
    </div>
  )
}

/**
 * A live list. Only visible rows are in the document; focus, selection and scroll hang on row keys, so a refresh moves
 * none of them; a row is drawn again only when the row object itself is another one.
 */
export function Grid<Row>(props: GridProps<Row>) {
  const viewport = useRef<HTMLDivElement>(null)
  const filterInput = useRef<{ focus: () => void }>(null)
  const list = useGridList(props)
  const columns = useShownColumns(props.id, props.columns, viewport, props.selectionBar ? CHECK_PX : 0)
  const enterRows = () => {
    if (list.focusIndex < 0) list.change({ focusKey: list.keys[0] ?? null })
    viewport.current?.focus()
  }
  return (
    <section className="y-grid">
      <GridTools
        ref={filterInput}
        columns={props.columns}
        shown={columns.shown}
        rows={list.rows}
        total={props.rows.length}
        filter={list.state.filter}
        exportName={props.exportName}
        onFilter={filter => list.change({ filter })}
        onLeave={enterRows}
        onShown={columns.choose}
      >
        {props.tools}
      </GridTools>
      <SelectionBar grid={props} list={list} />
      <GridTable grid={props} list={list} columns={columns} viewport={viewport} filterInput={filterInput} />
    </section>
  )
}
