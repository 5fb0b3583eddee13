import { useStore } from 'zustand'
import { useTranslation } from 'react-i18next'
import { useMay, useMe } from '#client/hooks.ts'
import { useHotkeys } from '#kit/hotkeys.ts'
import { Empty, LiveGate, Skeleton, StaleNote } from '#kit/states.tsx'
import { OpenRequest } from './OpenRequest.tsx'
import { QueueList } from './QueueList.tsx'
import { RequestActions } from './RequestActions.tsx'
import { RequestPane } from './RequestPane.tsx'
import { useQueue, useReviews, useReviewsAhead } from './use-queue.ts'
import { viewOf } from './view-store.ts'

/** The officer's desk: the queue, the request, what approving it would mean, and the decision. */
export function Approvals() {
  const { t } = useTranslation('requests')
  const store = viewOf(useMe().personId)
  const view = useStore(store)
  const reviews = useReviews()
  const mayCreate = useMay(['operator', 'approver', 'applicant'])
  const { live, queue, open, openKey, setOpen, step } = useQueue(view)
  useReviewsAhead(reviews, queue, open)
  useHotkeys(t('keys'), [
    { keys: 'j', label: t('keyNext'), run: () => step(1) },
    { keys: 'k', label: t('keyPrevious'), run: () => step(-1) },
  ])
  return (
    <LiveGate live={live} skeleton={<Skeleton rows={10} height={64} />}>
      <StaleNote live={live} />
      <div className="y-pick-desk">
        <QueueList
          rows={live.value.rows}
          queue={queue}
          openKey={openKey}
          onOpen={setOpen}
          view={view}
          store={store}
          reviews={reviews}
          mayCreate={mayCreate}
        />
        {open && reviews && (
          <OpenRequest
            request={open}
            reviews={reviews}
            queue={queue}
            isOff={live.phase !== 'live'}
            onOpen={setOpen}
            onStep={step}
          />
        )}
        {open && !reviews && (
          <section className="requests-pane">
            <RequestPane request={open} review={null} />
            <RequestActions request={open} />
          </section>
        )}
        {!open && (
          <div className="requests-pane requests-nothing">
            <Empty title={queue.length === 0 ? t('empty') : t('pick')} />
          </div>
        )}
      </div>
    </LiveGate>
  )
}
