import { Button } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useLive, useMay } from '#client/hooks.ts'
import { hostsFeed } from '#client/index.ts'
import type { Host } from '#contract/hosts.ts'
import { Grid } from '#kit/grid/Grid.tsx'
import { text, word } from '#kit/i18n/index.ts'
import { Page } from '#kit/Page.tsx'
import { goTo, useParam } from '#kit/router.ts'
import { Empty, LiveGate, Skeleton, StaleNote } from '#kit/states.tsx'
import { isHostStale } from '#console/machine-state.tsx'
import { addHostHref } from '#console/links.ts'
import { PlatformSwitch, useChosenPlatform, usePlatforms } from '#console/platform.tsx'
import { StateChoice } from '#console/StateChoice.tsx'
import { hostColumns } from './host-columns.tsx'
import { HostDrawer } from './HostDrawer.tsx'
import '#console/machine.css'

/** What a list is narrowed to: a state, or all that are not `up`. */
const states = ['up', 'away', 'silent', 'blocked', 'connecting'] as const
type HostChoice = (typeof states)[number] | ''
const fits = (state: HostChoice, host: Host): boolean =>
  state === 'away' ? host.state !== 'up' : state === '' || host.state === state
const keyOf = (host: Host): string => host.hostId

const stateOptions = () =>
  states.map(value => ({ value, label: value === 'away' ? text('hosts:away') : word('hostState', value) }))

/** There are hosts, but none on this platform or in this state. */
function NoneFits({ state, onAll }: { readonly state: HostChoice; readonly onAll: () => void }) {
  const { t } = useTranslation('hosts')
  if (state === '') return <Empty title={t('emptyPlatform')} />
  return <Empty title={t('emptyState')} action={<Button onClick={onAll}>{t('showAllStates')}</Button>} />
}

export function HostsPage() {
  const { t } = useTranslation('hosts')
  const live = useLive(hostsFeed)
  const platforms = usePlatforms()
  const platformId = useChosenPlatform()
  const mayAdd = useMay(['operator', 'system-administrator'])
  const [openKey, setOpen] = useParam('open')
  const [named, setState] = useParam('state')
  const state = states.find(one => one === named) ?? ''
  const columns = useMemo(() => hostColumns(platforms), [platforms])
  const { rows } = live.value
  const ofPlatform = useMemo(
    () => [...rows.values()].filter(host => platformId === null || host.platformId === platformId),
    [rows, platformId],
  )
  const shown = useMemo(() => ofPlatform.filter(host => fits(state, host)), [ofPlatform, state])
  const up = ofPlatform.filter(host => host.state === 'up').length
  const add = mayAdd && (
    <Button type="primary" onClick={() => goTo(addHostHref)}>
      {t('add')}
    </Button>
  )
  const none = <Empty title={t('empty')} hint={t('emptyHint')} action={add} />
  return (
    <Page
      isFilled
      title={t('title')}
      facts={live.phase !== 'loading' && t('facts', { up, all: ofPlatform.length })}
      actions={add}
      drawer={openKey !== null && <HostDrawer key={openKey} hostId={openKey} onClose={() => setOpen(null)} />}
    >
      <StaleNote live={live} />
      <LiveGate live={live} skeleton={<Skeleton rows={12} height={32} />}>
        <Grid
          id="hosts"
          label={t('title')}
          exportName={t('title')}
          rows={shown}
          columns={columns}
          keyOf={keyOf}
          sorting={{ columnId: 'name', isDescending: false }}
          openKey={openKey}
          onOpen={host => setOpen(host.hostId)}
          isStale={isHostStale}
          tools={
            <>
              <PlatformSwitch />
              <StateChoice value={state} states={stateOptions()} onChange={setState} />
            </>
          }
          empty={rows.size > 0 ? <NoneFits state={state} onAll={() => setState(null)} /> : none}
        />
      </LiveGate>
    </Page>
  )
}
