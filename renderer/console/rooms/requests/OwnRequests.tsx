import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import { staff } from '#contract/roles.ts'
import type { Me } from '#contract/session.ts'
import { useMe, useQuery } from '#client/hooks.ts'
import { mayUse } from '#client/session.ts'
import { useHotkeys } from '#kit/hotkeys.ts'
import { Empty, Failed, LiveGate, Skeleton, StaleNote } from '#kit/states.tsx'
import { QueueList } from './QueueList.tsx'
import { QuotaCards } from './QuotaCards.tsx'
import { RequestActions } from './RequestActions.tsx'
import { RequestPane } from './RequestPane.tsx'
import { useQueue } from './use-queue.ts'
import { viewOf } from './view-store.ts'

/** An applicant and nothing else: sees the own department's requests, not the centre's desk. */
export const isOwnPage = (me: Me): boolean => !mayUse(staff, me.roles)

function OwnQuota() {
  const { t } = useTranslation('requests')
  const departments = useQuery('departments', rpc => rpc.tenants.departments({}))
  const platforms = useQuery('platforms', rpc => rpc.site.platforms({}))
  const own = departments.value?.[0]
  if (departments.failure) return <Failed failure={departments.failure} onRetry={departments.reload} />
  if (!own || !platforms.value) return <Skeleton rows={6} />
  return (
    <>
      <h2>{t('quotas.own')}</h2>
      <QuotaCards department={own} platforms={platforms.value} />
    </>
  )
}

/** A department's own requests, what it may hold and what it holds. */
export function OwnRequests() {
  const { t } = useTranslation('requests')
  const store = viewOf(useMe().personId, 'all')
  const view = useStore(store)
  const { live, queue, open, openKey, setOpen, step } = useQueue(view)
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
          reviews={null}
          mayCreate
        />
        <div className="requests-right">
          <div className="requests-columns">
            <section className="requests-pane" aria-label={open?.vmName ?? t('pick')} key={openKey}>
              {open ? (
                <>
                  <RequestPane request={open} review={null} />
                  <RequestActions request={open} />
                </>
              ) : (
                <Empty title={t('emptyOwn')} hint={t('emptyOwnHint')} />
              )}
            </section>
            <section className="requests-pane" aria-label={t('quotas.own')}>
              <OwnQuota />
            </section>
          </div>
        </div>
      </div>
    </LiveGate>
  )
}
