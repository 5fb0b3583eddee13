import { useLayoutEffect, useMemo, useState, type RefObject } from 'react'
import type { Column } from './column.ts'
import { fittingColumns } from './fitting.ts'
import { chosenColumns, rememberColumns } from './grid-memory.ts'

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

const trackOf = <Row>({ width, grow }: Column<Row>): string => (grow ? `minmax(${width}px, ${grow}fr)` : `${width}px`)

/**
 * The columns that stand in a grid: those that the reader chose, else as many as there is room for.
 *
 * @param checkPx  width of the column of check boxes before them; 0: there is none
 */
export function useShownColumns<Row>(
  id: string,
  columns: readonly Column<Row>[],
  viewport: RefObject<HTMLElement | null>,
  checkPx: number,
) {
  const [chosenIds, setChosenIds] = useState(() => chosenColumns(id, columns))
  const width = useWidth(viewport)
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
  const choose = (ids: readonly string[] | null) => {
    rememberColumns(id, ids)
    setChosenIds(ids)
  }
  return {
    shown,
    choose,
    template: [...(checkPx > 0 ? [`${checkPx}px`] : []), ...shown.map(trackOf)].join(' '),
    minWidth: shown.reduce((sum, column) => sum + column.width, checkPx),
  }
}
