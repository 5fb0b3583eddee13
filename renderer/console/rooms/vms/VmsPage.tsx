import { Button, Select } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useLive, useMay } from '#client/hooks.ts'
import { vmsFeed } from '#client/index.ts'
import type { Vm } from '#contract/vms.ts'
import { Grid } from '#kit/grid/Grid.tsx'
import { Page } from '#kit/Page.tsx'
import { useParam } from '#kit/router.ts'
import { Empty, LiveGate, Skeleton, StaleNote } from '#kit/states.tsx'
import { PlatformSwitch, useChosenPlatform, usePlatforms } from '#console/platform.tsx'
import { BatchBar } from './BatchBar.tsx'
import { useOwners } from './use-owners.ts'
import { stateGroupOf, stateGroups } from './vm-acts.ts'
import { vmColumns } from './vm-columns.tsx'
import { VmDrawer } from './VmDrawer.tsx'
import '#console/machine.css'

const keyOf = (vm: Vm): string => vm.vmId
const isUnknown = (vm: Vm): boolean => !vm.isKnown

export function VmsPage() {
  const { t } = useTranslation('vms')
  const live = useLive(vmsFeed)
  const platforms = usePlatforms()
  const owners = useOwners()
  const platformId = useChosenPlatform()
  const mayAct = useMay(['operator'])
  const [openKey, setOpen] = useParam('open')
  const [named, setGroup] = useParam('state')
  const group = stateGroups.find(one => one === named) ?? ''
  const columns = useMemo(() => vmColumns(platforms, owners), [platforms, owners])
  const { rows } = live.value
  const ofPlatform = useMemo(
    () => [...rows.values()].filter(vm => platformId === null || vm.platformId === platformId),
    [rows, platformId],
  )
  const shown = useMemo(
    () => (group === '' ? ofPlatform : ofPlatform.filter(vm => stateGroupOf(vm) === group)),
    [ofPlatform, group],
  )
  const running = ofPlatform.filter(vm => stateGroupOf(vm) === 'running').length
  const unknown = ofPlatform.filter(isUnknown).length
  return (
    <Page
      isFilled
      title={t('title')}
      facts={
        live.phase !== 'loading' && (
          <>
            <span>{t('facts', { running, all: ofPlatform.length })}</span>
            {unknown > 0 && <span className="y-warning">{t('unknownFacts', { n: unknown })}</span>}
          </>
        )
      }
      drawer={
        openKey !== null && <VmDrawer key={openKey} vmId={openKey} owners={owners} onClose={() => setOpen(null)} />
      }
    >
      <StaleNote live={live} />
      <LiveGate live={live} skeleton={<Skeleton rows={16} height={32} />}>
        <Grid<Vm>
          id="vms"
          label={t('title')}
          exportName={t('title')}
          rows={shown}
          columns={columns}
          keyOf={keyOf}
          sorting={{ columnId: 'name', isDescending: false }}
          openKey={openKey}
          onOpen={vm => setOpen(vm.vmId)}
          isStale={isUnknown}
          {...(mayAct && { selectionBar: (vms, clear) => <BatchBar vms={vms} onClear={clear} /> })}
          tools={
            <>
              <PlatformSwitch />
              <Select
                className="y-state-choice"
                aria-label={t('state')}
                value={group}
                onChange={value => setGroup(value)}
                options={[
                  { value: '' as const, label: t('allStates') },
                  ...stateGroups.map(value => ({ value, label: t(`stateGroups.${value}`) })),
                ]}
              />
            </>
          }
          empty={
            rows.size > 0 ? (
              <Empty
                title={t(group === '' ? 'emptyPlatform' : 'emptyState')}
                action={group !== '' && <Button onClick={() => setGroup(null)}>{t('showAllStates')}</Button>}
              />
            ) : (
              <Empty title={t('empty')} hint={t('emptyHint')} />
            )
          }
        />
      </LiveGate>
    </Page>
  )
}
