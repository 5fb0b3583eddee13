import { Segmented } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useMe } from '#client/hooks.ts'
import { Page } from '#kit/Page.tsx'
import { goTo, hrefOf, usePlace } from '#kit/router.ts'
import { Empty } from '#kit/states.tsx'
import { HostsTab } from './HostsTab.tsx'
import { PeopleTab } from './PeopleTab.tsx'
import { PlatformsTab } from './PlatformsTab.tsx'
import { SiteTab } from './SiteTab.tsx'
import { tabsFor, type SettingsTab } from './tabs.ts'
import './settings.css'

const pages: Readonly<Record<SettingsTab, () => ReactNode>> = {
  hosts: () => <HostsTab />,
  people: () => <PeopleTab />,
  platforms: () => <PlatformsTab />,
  site: () => <SiteTab />,
}

/** 设置: the tabs that this person has a use for. */
export function SettingsPage() {
  const { t } = useTranslation('settings')
  const { query } = usePlace()
  const tabs = tabsFor(useMe().roles)
  const tab = tabs.find(one => one === query['tab']) ?? tabs[0]
  return (
    <Page
      title={t('title')}
      isFilled
      actions={
        tabs.length > 1 && (
          <Segmented
            aria-label={t('title')}
            value={tab ?? ''}
            options={tabs.map(value => ({ value, label: t(`tabs.${value}`) }))}
            onChange={value => goTo(hrefOf('settings', { tab: value }))}
          />
        )
      }
    >
      {tab ? pages[tab]() : <Empty title={t('noTab')} />}
    </Page>
  )
}
