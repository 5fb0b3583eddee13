import { Button } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useLive, useMay } from '#client/hooks.ts'
import { vmsFeed } from '#client/index.ts'
import type { Vm } from '#contract/vms.ts'
import { Grid } from '#kit/grid/Grid.tsx'
import { text } from '#kit/i18n/index.ts'
import { Page } from '#kit/Page.tsx'
import { useParam } from '#kit/router.ts'
import { Empty, LiveGate, Skeleton, StaleNote } from '#kit/states.tsx'
import { PlatformSwitch, useChosenPlatform, usePlatforms } from '#console/platform.tsx'
import { StateChoice } from '#console/StateChoice.tsx'
import { BatchBar } from './BatchBar.tsx'
import { useOwners } from './use-owners.ts'
import { stateGroupOf, stateGroups } from './vm-acts.ts'
import { vmColumns } from './vm-columns.tsx'
import { VmDrawer } from './VmDrawer.tsx'
import '#console/machine.css'

const keyOf = (vm: Vm): string => vm.vmId
const isUnknown = (vm: Vm): boolean => !vm.isKnown

const groupOptions = () => stateGroups.map(value => ({ value, label: text(`vms:stateGroups.${value}`) }))

function Facts({ vms }: { readonly vms: readonly Vm[] }) {
  const { t } = useTranslation('vms')
  const running = vms.filter(vm => stateGroupOf(vm) === 'running').length
  const unknown = vms.filter(isUnknown).length
  return (
    <>
      <span>{t('facts', { running, all: vms.length })}</span>
      {unknown > 0 && <span className="y-warning">{t('unknownFacts', { n: unknown })}</span>}
    </>
  )
}

/** There are machines, but none on this platform or in this state. */
function NoneFits({ group, onAll }: { readonly group: string; readonly onAll: () => void }) {
  const { t } = useTranslation('vms')
  if (group === '') return <Empty title={t('emptyPlatform')} />
  return <Empty title={t('emptyState')} action={<Button onClick={onAll}>{t('showAllStates')}</Button>} />
}

/** The machines of the chosen platform, and of them those in the chosen state. */
function useNarrowed(rows: ReadonlyMap<string, Vm>) {
  const platformId = useChosenPlatform()
  const [named, setGroup] = useParam('state')
  const group = stateGroups.find(one => one === named) ?? ''
  const ofPlatform = useMemo(
    () => [...rows.values()].filter(vm => platformId === null || vm.platformId === platformId),
    [rows, platformId],
  )
  const shown = useMemo(
    () => (group === '' ? ofPlatform : ofPlatform.filter(vm => stateGroupOf(vm) === group)),
    [ofPlatform, group],
  )
  return { ofPlatform, shown, group, setGroup }
}

export function VmsPage() {
  const { t } = useTranslation('vms')
  const live = useLive(vmsFeed)
  const { rows } = live.value
  const platforms = usePlatforms()
  const owners = useOwners()
  const { ofPlatform, shown, group, setGroup } = useNarrowed(rows)
  const mayAct = useMay(['operator'])
  const [openKey, setOpen] = useParam('open')
  const columns = useMemo(() => vmColumns(platforms, owners), [platforms, owners])
  return (
    <Page
      isFilled
      title={t('title')}
      facts={live.phase !== 'loading' && <Facts vms={ofPlatform} />}
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
              <StateChoice value={group} states={groupOptions()} onChange={setGroup} />
            </>
          }
          empty={
            rows.size > 0 ? (
              <NoneFits group={group} onAll={() => setGroup(null)} />
            ) : (
              <Empty title={t('empty')} hint={t('emptyHint')} />
            )
          }
        />
      </LiveGate>
    </Page>
  )
}
