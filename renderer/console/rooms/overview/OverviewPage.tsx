import { useTranslation } from 'react-i18next'
import { Page } from '#kit/Page.tsx'
import { Empty } from '#kit/states.tsx'

export function OverviewPage() {
  const { t } = useTranslation('overview')
  return (
    <Page title={t('title')}>
      <Empty />
    </Page>
  )
}
