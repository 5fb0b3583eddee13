import { useVirtualizer } from '@tanstack/react-virtual'
import { Button } from 'antd'
import { useCallback, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { KeyboardEvent, MouseEvent, ReactNode, RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import { useHotkeys } from '../hotkeys.ts'
import { Empty } from '../states.tsx'
import { filterRows, nextSorting, sortRows, type Column, type Sorting } from './column.ts'
import { fittingColumns } from './fitting.ts'
import { GridHead } from './GridHead.tsx'
import { chosenColumns, gridState, rememberColumns, rememberSorting } from './grid-memory.ts'
import { GridRow } from './GridRow.tsx'
import { GridTools } from './GridTools.tsx'
import { gridMove, keptFocus } from './keyboard.ts'
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

/** The width inside an element, px; 0 before it is on the page. */
function useWidth(box: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0)
  useLayoutEffect(() => {
    const element = box.current
    if (!element) return
    const measure = () => setWidth(element.clientWidth)
    measure()
    const watch = new ResizeObserver(measure)
    watch.observe(element)
    return () => watch.disconnect()
  }, [box])
  return width
}

/**
 * A live list. Only visible rows are in the document; focus, selection and scroll hang on row keys, so a refresh moves
 * none of them; a row is drawn again only when the row object itself is another one.
 */
export function Grid<Row>(props: GridProps<Row>) {
  const { t } = useTranslation('grid')
  const { id, columns, keyOf, onOpen, selectionBar } = props
  const domId = useId()
  const state = gridState(id, props.sorting ?? null)
  const [, redraw] = useState(0)
  const viewport = useRef<HTMLDivElement>(null)
  const [chosenIds, setChosenIds] = useState(() => chosenColumns(id, columns))
  const checkPx = selectionBar ? CHECK_PX : 0
  const width = useWidth(viewport)
  const filterInput = useRef<{ focus: () => void }>(null)
  const change = useCallback(
    (next: Partial<typeof state>) => {
      Object.assign(state, next)
      redraw(n => n + 1)
    },
    [state],
  )

  const shown = useMemo(
    () =>
      chosenIds === null
        ? fittingColumns(
            columns.filter(column => column.isShown !== false),
            width - checkPx,
          )
        : columns.filter(column => chosenIds.includes(column.id)),
    [columns, chosenIds, width, checkPx],
  )
  const { rows: given } = props
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

  const virtual = useVirtualizer({
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
  useEffect(() => {
    const element = viewport.current
    if (!element) return
    element.scrollTop = state.scrollTop
    const remember = () => {
      state.scrollTop = element.scrollTop
    }
    element.addEventListener('scroll', remember, { passive: true })
    return () => element.removeEventListener('scroll', remember)
  }, [state])

  const select = useCallback(
    (key: string) => {
      const selected = new Set(state.selected)
      if (!selected.delete(key)) selected.add(key)
      change({ selected })
    },
    [state, change],
  )
  const open = (index: number) => {
    const row = rows[index]
    if (row !== undefined) onOpen?.(row)
  }
  const press = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return
    const page = Math.floor((viewport.current?.clientHeight ?? 0) / ROW_PX)
    const move = gridMove(event, focusIndex, rows.length, page)
    if (!move || event.nativeEvent.isComposing) return
    event.preventDefault()
    if (move.kind === 'focus') {
      change({ focusKey: keys[move.index] ?? null, focusIndex: move.index })
      virtual.scrollToIndex(move.index)
    } else if (move.kind === 'open') open(move.index)
    else if (!selectionBar) return
    else if (move.kind === 'select') select(keys[move.index] ?? '')
    else change({ selected: move.kind === 'select-all' ? new Set(keys) : new Set() })
  }
  const click = useCallback(
    (event: MouseEvent, row: Row) => {
      const key = keyOf(row)
      change({ focusKey: key })
      if (event.ctrlKey || event.metaKey) select(key)
      else onOpen?.(row)
    },
    [keyOf, change, select, onOpen],
  )
  useHotkeys(t('keys'), [
    { keys: 'ArrowDown', label: t('keyArrows'), shownAs: '↑ ↓', run: () => viewport.current?.focus() },
    { keys: 'Home', label: t('keyHomeEnd'), shownAs: 'Home End', run: () => viewport.current?.focus() },
    { keys: 'Enter', label: t('keyEnter'), run: () => focusIndex >= 0 && open(focusIndex) },
    ...(selectionBar
      ? [
          { keys: ' ', label: t('keySpace'), run: () => focusIndex >= 0 && select(keys[focusIndex] ?? '') },
          { keys: 'ctrl+a', label: t('keySelectAll'), run: () => change({ selected: new Set(keys) }) },
        ]
      : []),
    { keys: '/', label: t('keySlash'), run: () => filterInput.current?.focus() },
  ])

  const template = [
    ...(checkPx > 0 ? [`${checkPx}px`] : []),
    ...shown.map(column => (column.grow ? `minmax(${column.width}px, ${column.grow}fr)` : `${column.width}px`)),
  ].join(' ')
  const minWidth = shown.reduce((sum, column) => sum + column.width, checkPx)
  const selectedRows = useMemo(
    () => (state.selected.size === 0 ? [] : given.filter(row => state.selected.has(keyOf(row)))),
    [given, keyOf, state.selected],
  )
  const clear = () => change({ selected: new Set() })
  const filterBy = (next: string) => change({ filter: next })

  return (
    <section className="y-grid">
      <GridTools
        ref={filterInput}
        columns={columns}
        shown={shown}
        rows={rows}
        total={given.length}
        filter={filter}
        exportName={props.exportName}
        onFilter={filterBy}
        onLeave={() => {
          if (focusIndex < 0) change({ focusKey: keys[0] ?? null })
          viewport.current?.focus()
        }}
        onShown={next => {
          rememberColumns(id, next)
          setChosenIds(next)
        }}
      >
        {props.tools}
      </GridTools>
      {selectionBar && selectedRows.length > 0 && (
        <div className="y-grid-selection" role="status">
          {selectionBar(selectedRows, clear)}
        </div>
      )}
      <div
        ref={viewport}
        className="y-grid-viewport"
        role="grid"
        tabIndex={0}
        aria-label={props.label}
        aria-rowcount={rows.length + 1}
        aria-colcount={shown.length}
        aria-multiselectable={Boolean(selectionBar)}
        aria-activedescendant={focusIndex >= 0 ? `${domId}-${keys[focusIndex]}` : undefined}
        onKeyDown={press}
      >
        <div style={{ minWidth }}>
          <GridHead
            columns={shown}
            template={template}
            sorting={sorting}
            onSort={columnId => {
              const next = nextSorting(sorting, columnId)
              rememberSorting(id, next)
              change({ sorting: next })
            }}
            {...(selectionBar && {
              isAllSelected: keys.length > 0 && keys.every(key => state.selected.has(key)),
              onSelectAll: (all: boolean) => change({ selected: all ? new Set(keys) : new Set() }),
            })}
          />
          <div className="y-grid-body" role="rowgroup" style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map(item => {
              const row = rows[item.index]
              const key = keys[item.index]
              if (row === undefined || key === undefined) return null
              return (
                <GridRow
                  key={key}
                  id={`${domId}-${key}`}
                  row={row}
                  rowKey={key}
                  index={item.index}
                  top={item.start - ROW_PX}
                  columns={shown}
                  template={template}
                  isFocused={item.index === focusIndex}
                  isOpen={key === props.openKey}
                  isSelected={selectionBar ? state.selected.has(key) : null}
                  isStale={props.isStale?.(row) ?? false}
                  onClick={click}
                  onSelect={select}
                />
              )
            })}
          </div>
        </div>
        {rows.length === 0 && (
          <div className="y-grid-nothing">
            {given.length === 0 ? (
              props.empty
            ) : (
              <Empty
                title={t('nothingFits', { filter })}
                action={<Button onClick={() => filterBy('')}>{t('clearFilter')}</Button>}
              />
            )}
          </div>
        )}
      </div>
    </section>
  )
}
