import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual'
import { useId, useLayoutEffect, useRef, type KeyboardEvent, type ReactNode, type RefObject } from 'react'
import { listMove } from '../list-move.ts'
import { useKeptScroll } from '../use-kept-scroll.ts'
import './pick-list.css'

export type PickListProps<Row> = {
  /** Names the list for the scroll that is remembered of it while the page lives. */
  readonly id: string
  /** Screen-reader name. */
  readonly label: string
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  /** Every item is this high. */
  readonly itemPx: number
  /** Key of the item that stands beside the list. */
  readonly openKey: string | null
  readonly onOpen: (key: string) => void
  readonly item: (row: Row) => ReactNode
  /** Drawn when there are no rows. */
  readonly empty: ReactNode
  /** Stands below the last item: more to load. */
  readonly foot?: ReactNode
}

const scrolls = new Map<string, { scrollTop: number }>()

/** Where a list was left; kept while the page lives. */
function scrollOf(id: string): { scrollTop: number } {
  const have = scrolls.get(id)
  if (have) return have
  const fresh = { scrollTop: 0 }
  scrolls.set(id, fresh)
  return fresh
}

/** Which items are in sight, from where the list was left. */
function useItems(viewport: RefObject<HTMLDivElement | null>, id: string, keys: readonly string[], itemPx: number) {
  const left = scrollOf(id)
  const virtual = useVirtualizer<HTMLDivElement, Element>({
    count: keys.length,
    getScrollElement: () => viewport.current,
    estimateSize: () => itemPx,
    getItemKey: index => keys[index] ?? index,
    overscan: 6,
    initialOffset: left.scrollTop,
  })
  useKeptScroll(viewport, left)
  return virtual
}

/** Another item was opened from elsewhere, by a key or an address: brings it into sight. */
function useInSight(openIndex: number, openKey: string | null, virtual: Virtualizer<HTMLDivElement, Element>): void {
  const shown = useRef(openKey)
  useLayoutEffect(() => {
    if (openIndex < 0 || shown.current === openKey) return
    shown.current = openKey
    virtual.scrollToIndex(openIndex, { align: 'auto' })
  }, [openIndex, openKey, virtual])
}

/**
 * A list beside the object that it opens: moving along it opens. Only visible items are in the document; scroll and
 * focus hang on keys, so a refresh moves neither.
 */
export function PickList<Row>(props: PickListProps<Row>) {
  const { id, rows, keyOf, openKey, onOpen, itemPx } = props
  const domId = useId()
  const viewport = useRef<HTMLDivElement>(null)
  const keys = rows.map(keyOf)
  const openIndex = openKey === null ? -1 : keys.indexOf(openKey)
  const virtual = useItems(viewport, id, keys, itemPx)
  useInSight(openIndex, openKey, virtual)

  const press = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.nativeEvent.isComposing || event.ctrlKey || event.metaKey) return
    const page = Math.max(1, Math.floor((viewport.current?.clientHeight ?? 0) / itemPx) - 1)
    const key = keys[listMove(event.key, openIndex, rows.length, page) ?? -1]
    if (key === undefined) return
    event.preventDefault()
    onOpen(key)
  }
  return (
    <div ref={viewport} className="y-pick">
      <div
        className="y-pick-body"
        role="listbox"
        tabIndex={0}
        aria-label={props.label}
        aria-activedescendant={openIndex < 0 ? undefined : `${domId}-${openKey}`}
        style={{ height: virtual.getTotalSize() }}
        onKeyDown={press}
      >
        {virtual.getVirtualItems().map(entry => {
          const row = rows[entry.index]
          const key = keys[entry.index]
          if (row === undefined || key === undefined) return null
          return (
            <div
              key={key}
              id={`${domId}-${key}`}
              className="y-pick-item"
              role="option"
              aria-selected={key === openKey}
              aria-setsize={rows.length}
              aria-posinset={entry.index + 1}
              style={{ height: itemPx, transform: `translateY(${entry.start}px)` }}
              onClick={() => onOpen(key)}
            >
              {props.item(row)}
            </div>
          )
        })}
      </div>
      {rows.length === 0 && <div className="y-pick-empty">{props.empty}</div>}
      {props.foot}
    </div>
  )
}
