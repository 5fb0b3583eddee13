import { PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Platform } from '#contract/site.ts'
import { hostsFeed } from '#client/index.ts'
import { useLive, useQuery } from '#client/hooks.ts'
import { Empty, Failed, Skeleton } from '#kit/states.tsx'
import { PlatformForm } from './PlatformForm.tsx'

/** 平台: what each carries and how full it may be made, with what each rule does in a sentence. */
export function PlatformsTab() {
  const { t } = useTranslation('settings')
  const platforms = useQuery('platforms', r => r.site.platforms({}))
  const { rows } = useLive(hostsFeed).value
  const [isCreating, setCreating] = useState(false)
  const hostsOf = useMemo(() => {
    const all = [...rows.values()]
    return (platform: Platform) => all.filter(host => host.platformId === platform.platformId).length
  }, [rows])
  if (platforms.failure && !platforms.value) return <Failed failure={platforms.failure} onRetry={platforms.reload} />
  if (!platforms.value) return <Skeleton rows={6} height={64} />
  const create = (
    <Button icon={<PlusOutlined aria-hidden />} onClick={() => setCreating(true)}>
      {t('platforms.create')}
    </Button>
  )
  return (
    <div className="settings-scroll">
      <div className="y-row settings-gap">
        <span className="y-second y-grow">{t('platforms.hint')}</span>
        {!isCreating && create}
      </div>
      <div className="settings-cards">
        {isCreating && (
          <PlatformForm
            platform={null}
            hosts={0}
            onDone={() => {
              setCreating(false)
              platforms.reload()
            }}
            onCancel={() => setCreating(false)}
          />
        )}
        {platforms.value.map(platform => (
          <PlatformForm
            key={platform.platformId}
            platform={platform}
            hosts={hostsOf(platform)}
            onDone={platforms.reload}
          />
        ))}
      </div>
      {platforms.value.length === 0 && !isCreating && (
        <Empty title={t('platforms.empty')} hint={t('platforms.emptyHint')} action={create} />
      )}
    </div>
  )
}
