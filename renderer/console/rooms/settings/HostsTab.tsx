import { PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useMemo, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Host } from '#contract/hosts.ts'
import { hostsFeed } from '#client/index.ts'
import { useLive, useQuery } from '#client/hooks.ts'
import { useHotkeys } from '#kit/hotkeys.ts'
import { usePinned } from '#kit/pick-list/use-pinned.ts'
import { useParam } from '#kit/router.ts'
import { Empty, LiveGate, StaleNote } from '#kit/states.tsx'
import { AddHost } from './AddHost.tsx'
import { HostGlyph } from './host-glyph.tsx'
import { HostPane } from './HostPane.tsx'
import { KnownHosts } from './KnownHosts.tsx'
import { SearchList } from './SearchList.tsx'

const keyOf = (host: Host): string => host.hostId
const textOf = ({ name, address, model, rack, serial }: Host): string => [name, address, model, rack, serial].join('\n')
const collator = new Intl.Collator('zh-CN', { numeric: true })
const troubles: readonly Host['state'][] = ['blocked', 'silent', 'connecting', 'up']

/** Those that need somebody first, then by name. */
const inOrder = (a: Host, b: Host): number =>
  troubles.indexOf(a.state) - troubles.indexOf(b.state) || collator.compare(a.name, b.name)

function Item({ host, platform }: { readonly host: Host; readonly platform: string }) {
  return (
    <div className="y-pick-entry settings-item">
      <div className="y-row">
        <HostGlyph state={host.state} isBare />
        <strong className="y-cut y-grow">{host.name}</strong>
        <span className="y-second">{platform}</span>
      </div>
      <div className="y-row y-second">
        <span>{host.address}</span>
        <span className="y-cut y-grow settings-item-end">{host.model}</span>
      </div>
    </div>
  )
}

/** What stands beside the list: a new host, the known keys, or the open host. */
function Beside(props: {
  readonly panel: string | null
  readonly onPanel: (panel: null) => void
  readonly onOpen: (hostId: string) => void
  readonly children: ReactNode
}) {
  const { t } = useTranslation('settings')
  const { panel, onPanel } = props
  const close = () => onPanel(null)
  if (panel === 'add') {
    return (
      <div className="settings-scroll">
        <AddHost
          onAdded={hostId => {
            close()
            props.onOpen(hostId)
          }}
          onClose={close}
        />
      </div>
    )
  }
  if (panel === 'known-hosts') {
    return (
      <div className="settings-scroll">
        <KnownHosts onClose={close} />
      </div>
    )
  }
  return (
    props.children ?? (
      <div className="settings-pane">
        <Empty title={t('hosts.pick')} />
      </div>
    )
  )
}

/** 主机: the register of machines, how a new one comes in, and what to do with one that needs somebody. */
export function HostsTab() {
  const { t } = useTranslation('settings')
  const live = useLive(hostsFeed)
  const platforms = useQuery('platforms', rpc => rpc.site.platforms({})).value
  const [openKey, setOpen] = useParam('open')
  const [panel, setPanel] = useParam('panel')
  const [search, setSearch] = useState('')
  const { rows } = live.value
  const hosts = useMemo(() => [...rows.values()].sort(inOrder), [rows])
  const open = (openKey === null ? undefined : rows.get(openKey)) ?? hosts[0]
  usePinned(openKey, panel === null ? (open?.hostId ?? null) : openKey, setOpen)
  const platformOf = (host: Host) => platforms?.find(one => one.platformId === host.platformId)
  useHotkeys(t('hosts.keys'), [{ keys: 'n', label: t('hosts.keyAdd'), run: () => setPanel('add') }])
  const add = (
    <Button
      type="primary"
      icon={<PlusOutlined aria-hidden />}
      title={t('hosts.addHint')}
      onClick={() => setPanel('add')}
    >
      {t('hosts.add')}
    </Button>
  )
  return (
    <LiveGate live={live}>
      <StaleNote live={live} />
      <div className="y-pick-desk">
        <SearchList
          id="settings-hosts"
          label={t('hosts.title')}
          placeholder={t('hosts.search')}
          keysTitle={t('hosts.keys')}
          rows={hosts}
          keyOf={keyOf}
          textOf={textOf}
          search={search}
          onSearch={setSearch}
          openKey={panel === null ? (open?.hostId ?? null) : null}
          onOpen={key => {
            if (panel !== null) setPanel(null)
            setOpen(key)
          }}
          item={host => <Item host={host} platform={platformOf(host)?.name ?? ''} />}
          empty={<Empty title={t('hosts.empty')} hint={t('hosts.emptyHint')} action={add} />}
          actions={
            <>
              {add}
              <Button onClick={() => setPanel('known-hosts')}>{t('hosts.knownHosts')}</Button>
            </>
          }
        />
        <Beside panel={panel} onPanel={setPanel} onOpen={setOpen}>
          {open && (
            <HostPane key={open.hostId} host={open} platform={platformOf(open)} onRemoved={() => setOpen(null)} />
          )}
        </Beside>
      </div>
    </LiveGate>
  )
}
