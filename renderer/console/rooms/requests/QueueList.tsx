import { PlusOutlined } from '@ant-design/icons'
import { Button, Segmented, type InputRef } from 'antd'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { StoreApi } from 'zustand/vanilla'
import type { Request } from '#contract/requests.ts'
import { useHotkeys } from '#kit/hotkeys.ts'
import { PickList } from '#kit/pick-list/PickList.tsx'
import { hrefOf } from '#kit/router.ts'
import { SearchBox } from '#kit/SearchBox.tsx'
import { Empty } from '#kit/states.tsx'
import { countRequests, queueFilters } from './queue.ts'
import { QueueItem } from './QueueItem.tsx'
import type { ReviewStore } from './review-store.ts'
import type { View } from './view-store.ts'
import './queue-list.css'

const ITEM_PX = 86
const keyOf = (request: Request): string => request.requestId

function Nothing({ view, mayCreate }: { readonly view: View; readonly mayCreate: boolean }) {
  const { t } = useTranslation('requests')
  if (view.search !== '') return <p className="y-second">{t('nothingFits', { text: view.search })}</p>
  if (view.filter === 'returned') return <Empty title={t('emptyReturned')} />
  const action = mayCreate && (
    <Button type="primary" icon={<PlusOutlined aria-hidden />} href={hrefOf('requests', { view: 'new' })}>
      {t('create')}
    </Button>
  )
  return <Empty title={t(view.filter === 'all' ? 'emptyAll' : 'empty')} hint={t('emptyHint')} action={action} />
}

/** The left column: what waits, the filters, and a way to find one. */
export function QueueList(props: {
  readonly rows: ReadonlyMap<string, Request>
  readonly queue: readonly Request[]
  readonly openKey: string | null
  /** Null: whatever stands first. */
  readonly onOpen: (key: string | null) => void
  readonly view: View
  readonly store: StoreApi<View>
  readonly reviews: ReviewStore | null
  readonly mayCreate: boolean
}) {
  const { t } = useTranslation('requests')
  const { view, store } = props
  const box = useRef<InputRef>(null)
  const counts = countRequests(props.rows.values())
  useHotkeys(t('keys'), [{ keys: '/', label: t('keySearch'), run: () => box.current?.focus() }])
  return (
    <section className="y-pick-pane requests-list" aria-label={t('list')}>
      <div className="y-pick-tools requests-tools">
        <Segmented
          aria-label={t('show')}
          block
          value={view.filter}
          options={queueFilters.map(value => ({
            value,
            label: `${t(`filter.${value}`)} ${counts[value]}`,
          }))}
          onChange={filter => {
            store.setState({ filter, recent: new Set() })
            props.onOpen(null)
          }}
        />
        <SearchBox ref={box} label={t('search')} value={view.search} onChange={search => store.setState({ search })} />
      </div>
      <PickList
        id="requests"
        label={t('list')}
        rows={props.queue}
        keyOf={keyOf}
        itemPx={ITEM_PX}
        openKey={props.openKey}
        onOpen={props.onOpen}
        item={request => <QueueItem request={request} reviews={props.reviews} />}
        empty={<Nothing view={view} mayCreate={props.mayCreate} />}
      />
    </section>
  )
}
