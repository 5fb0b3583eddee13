import { Tabs } from 'antd'
import { useTranslation } from 'react-i18next'
import { useLive, useMay, useRow } from '#client/hooks.ts'
import { vmsFeed } from '#client/index.ts'
import type { Vm } from '#contract/vms.ts'
import { Age } from '#kit/Age.tsx'
import { Drawer } from '#kit/Drawer.tsx'
import { useParam } from '#kit/router.ts'
import { FaultNote, Skeleton } from '#kit/states.tsx'
import { VmStateGlyph } from '#console/machine-state.tsx'
import type { Owners } from './use-owners.ts'
import { VmActs } from './VmActs.tsx'
import { VmCharts } from './VmCharts.tsx'
import { VmDefinition } from './VmDefinition.tsx'
import { VmFacts } from './VmFacts.tsx'

type DrawerProps = { readonly owners: Owners; readonly onClose: () => void }

function Known({ vm, owners, onClose }: DrawerProps & { readonly vm: Vm }) {
  const { t } = useTranslation('vms')
  const mayDescribe = useMay(['operator', 'system-administrator', 'auditor'])
  const [tab, setTab] = useParam('tab')
  const facts = (
    <span className="y-row">
      <VmStateGlyph vm={vm} />
      <span className="y-cut">{vm.title}</span>
      <Age at={vm.seenAt} />
    </span>
  )
  return (
    <Drawer label={vm.name} title={vm.name} facts={facts} actions={<VmActs vm={vm} />} onClose={onClose}>
      <Tabs
        activeKey={tab ?? 'facts'}
        onChange={key => setTab(key === 'facts' ? null : key)}
        items={[
          { key: 'facts', label: t('tabs.facts'), children: <VmFacts vm={vm} owners={owners} /> },
          { key: 'charts', label: t('tabs.charts'), children: <VmCharts vm={vm} /> },
          ...(mayDescribe ? [{ key: 'xml', label: t('tabs.xml'), children: <VmDefinition vmId={vm.vmId} /> }] : []),
        ]}
      />
    </Drawer>
  )
}

/** One virtual machine beside the list. */
export function VmDrawer({ vmId, ...rest }: DrawerProps & { readonly vmId: string }) {
  const { t } = useTranslation('vms')
  const { phase } = useLive(vmsFeed)
  const vm = useRow(vmsFeed, vmId)
  if (vm) return <Known vm={vm} {...rest} />
  return (
    <Drawer label={t('title')} title={t('title')} onClose={rest.onClose}>
      {phase === 'loading' ? (
        <Skeleton />
      ) : (
        <FaultNote tone="notice" fault={{ code: 'store/not-found', data: { what: 'vm', id: vmId } }} />
      )}
    </Drawer>
  )
}
