import { useTranslation } from 'react-i18next'
import { Page } from '#kit/Page.tsx'
import { Empty } from '#kit/states.tsx'

export function HostsPage() {
  const { t } = useTranslation('hosts')
  return (
    <Page title={t('title')}>
      <Empty />
    </Page>
  )
}
