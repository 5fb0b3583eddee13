import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useMay } from '#client/hooks.ts'
import { goTo } from '#kit/router.ts'
import { Card } from '#kit/Page.tsx'
import { Empty } from '#kit/states.tsx'
import { addHostHref } from '#console/links.ts'

export function NoHosts() {
  const { t } = useTranslation('overview')
  const mayAdd = useMay(['operator', 'system-administrator'])
  const add = mayAdd && (
    <Button type="primary" onClick={() => goTo(addHostHref)}>
      {t('addHost')}
    </Button>
  )
  return (
    <Card>
      <Empty title={t('noHosts')} hint={t('noHostsHint')} action={add} />
    </Card>
  )
}
