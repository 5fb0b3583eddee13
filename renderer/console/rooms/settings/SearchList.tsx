import type { InputRef } from 'antd'
import { useMemo, useRef, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useHotkeys } from '#kit/hotkeys.ts'
import { PickList } from '#kit/pick-list/PickList.tsx'
import { SearchBox } from '#kit/SearchBox.tsx'

/** A list with a search above it and its acts; J and K move along it. */
export function SearchList<Row>(props: {
  readonly id: string
  readonly label: string
  readonly placeholder: string
  readonly keysTitle: string
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  /** What the search reads. */
  readonly textOf: (row: Row) => string
  readonly search: string
  readonly onSearch: (search: string) => void
  readonly openKey: string | null
  readonly onOpen: (key: string) => void
  readonly item: (row: Row) => ReactNode
  readonly empty: ReactNode
  readonly actions: ReactNode
}) {
  const { t } = useTranslation('settings')
  const { rows, textOf, keyOf, search, openKey, onOpen } = props
  const box = useRef<InputRef>(null)
  const shown = useMemo(() => {
    const words = search.toLowerCase().split(/\s+/).filter(Boolean)
    return rows.filter(row => words.every(word => textOf(row).toLowerCase().includes(word)))
  }, [rows, search, textOf])
  const step = (by: 1 | -1) => {
    const at = shown.findIndex(row => keyOf(row) === openKey)
    const next = shown[Math.min(Math.max(at + by, 0), shown.length - 1)]
    if (next !== undefined) onOpen(keyOf(next))
  }
  useHotkeys(props.keysTitle, [
    { keys: 'j', label: t('keyNext'), run: () => step(1) },
    { keys: 'k', run: () => step(-1) },
    { keys: '/', label: t('keySearch'), run: () => box.current?.focus() },
  ])
  return (
    <section className="y-pick-pane settings-list" aria-label={props.label}>
      <div className="y-pick-tools settings-tools">
        <div className="y-row">{props.actions}</div>
        <SearchBox ref={box} label={props.placeholder} value={search} onChange={props.onSearch} />
      </div>
      <PickList
        id={props.id}
        label={props.label}
        rows={shown}
        keyOf={keyOf}
        itemPx={58}
        openKey={openKey}
        onOpen={onOpen}
        item={props.item}
        empty={rows.length === 0 ? props.empty : <p className="y-second">{t('nothingFits', { text: search })}</p>}
      />
    </section>
  )
}
