import type { KeyboardEvent, RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import { useHotkeys, type Hotkey } from '../hotkeys.ts'
import { gridMove } from './keyboard.ts'
import type { GridList } from './use-grid-list.ts'

type Around<Row> = {
  readonly viewport: RefObject<HTMLElement | null>
  readonly filterInput: RefObject<{ focus: () => void } | null>
  readonly rowPx: number
  readonly canSelect: boolean
  readonly scrollTo: (index: number) => void
  readonly onOpen: ((row: Row) => void) | undefined
}

/** Lists the keys of a grid for the page. Returns what takes them while the rows have the focus. */
export function useGridKeys<Row>(list: GridList<Row>, around: Around<Row>): (event: KeyboardEvent) => void {
  const { t } = useTranslation('grid')
  const { rows, keys, focusIndex, change, select, selectAll } = list
  const { viewport, canSelect } = around
  const open = (index: number) => {
    const row = rows[index]
    if (row !== undefined) around.onOpen?.(row)
  }
  const focusRows = () => viewport.current?.focus()
  const selecting: readonly Hotkey[] = [
    { keys: ' ', label: t('keySpace'), run: () => focusIndex >= 0 && select(keys[focusIndex] ?? '') },
    { keys: 'ctrl+a', label: t('keySelectAll'), run: () => selectAll(true) },
  ]
  useHotkeys(t('keys'), [
    { keys: 'ArrowDown', label: t('keyArrows'), shownAs: '↑ ↓', run: focusRows },
    { keys: 'Home', label: t('keyHomeEnd'), shownAs: 'Home End', run: focusRows },
    { keys: 'Enter', label: t('keyEnter'), run: () => focusIndex >= 0 && open(focusIndex) },
    ...(canSelect ? selecting : []),
    { keys: '/', label: t('keySlash'), run: () => around.filterInput.current?.focus() },
  ])
  return event => {
    if (event.target !== event.currentTarget) return
    const page = Math.floor((viewport.current?.clientHeight ?? 0) / around.rowPx)
    const move = gridMove(event, focusIndex, rows.length, page)
    if (!move || event.nativeEvent.isComposing) return
    event.preventDefault()
    if (move.kind === 'focus') {
      change({ focusKey: keys[move.index] ?? null, focusIndex: move.index })
      around.scrollTo(move.index)
    } else if (move.kind === 'open') open(move.index)
    else if (!canSelect) return
    else if (move.kind === 'select') select(keys[move.index] ?? '')
    else selectAll(true)
  }
}
