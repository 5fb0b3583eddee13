import { PlusOutlined } from '@ant-design/icons'
import { Button, Segmented } from 'antd'
import { useTranslation } from 'react-i18next'
import { requestsFeed } from '#client/index.ts'
import { useLive, useMay, useMe } from '#client/hooks.ts'
import { useHotkeys } from '#kit/hotkeys.ts'
import { useFromNow } from '#kit/now.ts'
import { Page } from '#kit/Page.tsx'
import { goTo, hrefOf, usePlace } from '#kit/router.ts'
import { Approvals } from './Approvals.tsx'
import { isOwnPage, OwnRequests } from './OwnRequests.tsx'
import { Quotas } from './Quotas.tsx'
import { RequestForm } from './RequestForm.tsx'
import { countRequests, isLate } from './queue.ts'
import './requests.css'

function Facts({ isOwn }: { readonly isOwn: boolean }) {
  const { t } = useTranslation('requests')
  const { rows } = useLive(requestsFeed).value
  const counts = countRequests(rows.values())
  const late = useFromNow(now => [...rows.values()].filter(row => isLate(row, now)).length)
  if (isOwn) return t('factsOwn', counts)
  return (
    <>
      <span>{t('facts', { waiting: counts.waiting })}</span>
      {late > 0 && <span className="requests-late">{t('factsLate', { late })}</span>}
    </>
  )
}

/** 审批 for the centre, 我的申请 for a department's applicant; the quotas and the form of a new request beside it. */
export function RequestsPage() {
  const { t } = useTranslation('requests')
  const { query } = usePlace()
  const me = useMe()
  const isOwn = isOwnPage(me)
  const mayCreate = useMay(['operator', 'approver', 'applicant'])
  const view = query['view'] ?? 'queue'
  const isForm = (view === 'new' || view === 'edit') && mayCreate
  useHotkeys(t('keys'), [
    ...(mayCreate && !isForm
      ? [{ keys: 'n', label: t('keyCreate'), run: () => goTo(hrefOf('requests', { view: 'new' })) }]
      : []),
  ])
  if (isForm) return <RequestForm key={`${view} ${query['of'] ?? ''}`} kind={view} ofRequest={query['of'] ?? null} />
  const tabs = [
    { value: 'queue', label: t('tabQueue') },
    { value: 'quotas', label: t('tabQuotas') },
  ]
  return (
    <Page
      title={t(isOwn ? 'titleOwn' : 'title')}
      facts={<Facts isOwn={isOwn} />}
      isFilled
      actions={
        <>
          {!isOwn && (
            <Segmented
              aria-label={t('title')}
              options={tabs}
              value={view === 'quotas' ? 'quotas' : 'queue'}
              onChange={tab => goTo(hrefOf('requests', { view: tab === 'quotas' ? tab : null }))}
            />
          )}
          {mayCreate && (
            <Button
              type={isOwn ? 'primary' : 'default'}
              icon={<PlusOutlined aria-hidden />}
              title={t('keyCreateHint')}
              href={hrefOf('requests', { view: 'new' })}
            >
              {t('create')}
            </Button>
          )}
        </>
      }
    >
      {isOwn ? <OwnRequests /> : view === 'quotas' ? <Quotas /> : <Approvals />}
    </Page>
  )
}
