import { Button, Tabs } from 'antd'
import { useTranslation } from 'react-i18next'
import { useAct, useLive, useMay, useRow } from '#client/hooks.ts'
import { hostsFeed, rpc } from '#client/index.ts'
import type { Host } from '#contract/hosts.ts'
import { Age } from '#kit/Age.tsx'
import { Drawer } from '#kit/Drawer.tsx'
import { goTo, useParam } from '#kit/router.ts'
import { Failed, FaultNote, Skeleton } from '#kit/states.tsx'
import { hostRecordHref } from '#console/links.ts'
import { HostState, isHostStale } from '#console/machine-state.tsx'
import { usePlatforms } from '#console/platform.tsx'
import { HostCharts } from './HostCharts.tsx'
import { HostFacts } from './HostFacts.tsx'
import { HostStorage } from './HostStorage.tsx'
import { HostVms } from './HostVms.tsx'

/** What to do about a host that does not answer or must not be spoken to. */
function Trouble({ host }: { readonly host: Host }) {
  const { t } = useTranslation('hosts')
  const mayRetry = useMay(['operator', 'system-administrator'])
  const mayTrust = useMay(['system-administrator'])
  const retry = useAct(() => rpc.hosts.retry({ hostId: host.hostId }))
  if (!isHostStale(host) || host.fault === null) return null
  const action =
    host.state === 'blocked'
      ? mayTrust && <Button onClick={() => goTo(hostRecordHref(host.hostId))}>{t('reviewKey')}</Button>
      : mayRetry && (
          <Button loading={retry.isRunning} onClick={() => void retry.run(undefined)}>
            {t('retry')}
          </Button>
        )
  return (
    <>
      <FaultNote fault={host.fault} action={action} />
      {retry.failure && <Failed failure={retry.failure} />}
    </>
  )
}

function Known({ host, onClose }: { readonly host: Host; readonly onClose: () => void }) {
  const { t } = useTranslation('hosts')
  const platform = usePlatforms().get(host.platformId)
  const [tab, setTab] = useParam('tab')
  const facts = (
    <span className="y-row">
      <HostState host={host} />
      <span>{platform}</span>
      <Age at={host.seenAt} />
    </span>
  )
  return (
    <Drawer label={host.name} title={host.name} facts={facts} onClose={onClose}>
      <Trouble host={host} />
      <Tabs
        activeKey={tab ?? 'facts'}
        onChange={key => setTab(key === 'facts' ? null : key)}
        items={[
          { key: 'facts', label: t('tabs.facts'), children: <HostFacts host={host} /> },
          { key: 'charts', label: t('tabs.charts'), children: <HostCharts host={host} /> },
          { key: 'vms', label: t('tabs.vms'), children: <HostVms hostId={host.hostId} /> },
          { key: 'storage', label: t('tabs.storage'), children: <HostStorage host={host} /> },
        ]}
      />
    </Drawer>
  )
}

/** One host beside the list. */
export function HostDrawer({ hostId, onClose }: { readonly hostId: string; readonly onClose: () => void }) {
  const { t } = useTranslation('hosts')
  const { phase } = useLive(hostsFeed)
  const host = useRow(hostsFeed, hostId)
  if (host) return <Known host={host} onClose={onClose} />
  return (
    <Drawer label={t('title')} title={t('title')} onClose={onClose}>
      {phase === 'loading' ? (
        <Skeleton />
      ) : (
        <FaultNote tone="notice" fault={{ code: 'store/not-found', data: { what: 'host', id: hostId } }} />
      )}
    </Drawer>
  )
}
