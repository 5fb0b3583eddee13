import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { KeyboardEvent, MouseEvent, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useHotkeys } from '../hotkeys.ts'
import { filterRows, nextSorting, sortRows, type Column, type Sorting } from './column.ts'
import { GridHead } from './GridHead.tsx'
import { gridState, rememberColumns, shownColumns } from './grid-memory.ts'
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
  const [shownIds, setShownIds] = useState(() => shownColumns(id, columns))
  const viewport = useRef<HTMLDivElement>(null)
  const filterInput = useRef<{ focus: () => void }>(null)
  const change = useCallback(
    (next: Partial<typeof state>) => {
      Object.assign(state, next)
      redraw(n => n + 1)
    },
    [state],
  )

  const shown = useMemo(() => columns.filter(column => shownIds.includes(column.id)), [columns, shownIds])
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
      ? [{ keys: ' ', label: t('keySpace'), run: () => focusIndex >= 0 && select(keys[focusIndex] ?? '') }]
      : []),
    { keys: '/', label: t('keySlash'), run: () => filterInput.current?.focus() },
  ])

  const template = [
    ...(selectionBar ? [`${CHECK_PX}px`] : []),
    ...shown.map(column => (column.grow ? `minmax(${column.width}px, ${column.grow}fr)` : `${column.width}px`)),
  ].join(' ')
  const minWidth = shown.reduce((sum, column) => sum + column.width, selectionBar ? CHECK_PX : 0)
  const selectedRows = useMemo(
    () => (state.selected.size === 0 ? [] : given.filter(row => state.selected.has(keyOf(row)))),
    [given, keyOf, state.selected],
  )
  const clear = () => change({ selected: new Set() })

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
        onFilter={next => change({ filter: next })}
        onShown={next => {
          rememberColumns(id, next)
          setShownIds(next ?? shownColumns(id, columns))
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
            onSort={columnId => change({ sorting: nextSorting(sorting, columnId) })}
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
            {given.length === 0 ? props.empty : <p className="y-second">{t('nothingFits', { filter })}</p>}
          </div>
        )}
      </div>
    </section>
  )
}
