import { SearchOutlined } from '@ant-design/icons'
import { AutoComplete, Input, type InputRef } from 'antd'
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useMe } from '#client/hooks.ts'
import { hostsFeed, vmsFeed } from '#client/index.ts'
import { mayUse } from '#client/session.ts'
import { useHotkeys } from '#kit/hotkeys.ts'
import { text } from '#kit/i18n/index.ts'
import { goTo, hrefOf } from '#kit/router.ts'
import { rooms } from '../rooms/registry.ts'

const MOST_OF_A_KIND = 6

type Hit = { readonly value: string; readonly label: ReactNode }

/** A name with what tells it from its namesakes. */
const named = (name: string, more: string | null): ReactNode => (
  <span className="y-row">
    <span>{name}</span>
    {more !== null && <span className="y-second y-cut">{more}</span>}
  </span>
)

/** Names that contain the text, those that begin with it first, and no more than fit. */
function pick<Thing>(
  things: Iterable<Thing>,
  sought: string,
  tell: (thing: Thing) => { readonly name: string; readonly more: string | null; readonly href: string },
): Hit[] {
  const hits: { hit: Hit; name: string; at: number }[] = []
  for (const thing of things) {
    const { name, more, href } = tell(thing)
    const at = `${name} ${more ?? ''}`.toLowerCase().indexOf(sought)
    if (at >= 0) hits.push({ hit: { value: href, label: named(name, more) }, name, at })
  }
  return hits
    .sort((a, b) => a.at - b.at || a.name.localeCompare(b.name))
    .slice(0, MOST_OF_A_KIND)
    .map(({ hit }) => hit)
}

/** What fits the text, among what is known at this moment: a list that moves under the reader's hand is of no use. */
function useHits(sought: string) {
  const { t } = useTranslation('frame')
  const me = useMe()
  return useMemo(() => {
    const allowed = rooms.filter(room => mayUse(room.roles, me.roles))
    const hosts = hostsFeed.store.getState().value.rows
    const vms = vmsFeed.store.getState().value.rows
    const pages = pick(allowed, sought, room => ({ name: text(room.titleKey), more: null, href: hrefOf(room.path) }))
    if (sought === '') return [{ label: t('searchPages'), options: pages }]
    const groups = [
      { label: t('searchPages'), options: pages },
      {
        label: t('searchVms'),
        options: pick(vms.values(), sought, vm => ({
          name: vm.name,
          more: `${vm.title ?? ''} · ${vm.hostName}`,
          href: hrefOf('vms', { open: vm.vmId }),
        })),
      },
      {
        label: t('searchHosts'),
        options: pick(hosts.values(), sought, host => ({
          name: host.name,
          more: host.model,
          href: hrefOf('hosts', { open: host.hostId }),
        })),
      },
    ]
    return groups.filter(group => group.options.length > 0)
  }, [me.roles, sought, t])
}

/** Ctrl+K: a page, a machine or a host by a part of its name. */
export function Search() {
  const { t } = useTranslation(['frame', 'keys'])
  const [sought, setSought] = useState('')
  const input = useRef<InputRef>(null)
  const [isOpen, setOpen] = useState(false)
  useEffect(() => {
    if (!isOpen) return
    const release = [hostsFeed.retain(), vmsFeed.retain()]
    return () => release.forEach(letGo => letGo())
  }, [isOpen])
  const options = useHits(sought.trim().toLowerCase())
  useHotkeys(t('keys:general'), [
    { keys: 'ctrl+k', label: t('search'), run: () => input.current?.focus({ cursor: 'all' }) },
  ])
  return (
    <AutoComplete
      className="y-search"
      listHeight={420}
      onFocus={() => setOpen(true)}
      onBlur={() => setOpen(false)}
      options={options}
      value={sought}
      defaultActiveFirstOption
      onSearch={setSought}
      notFoundContent={sought === '' ? null : t('searchNothing', { text: sought })}
      onSelect={href => {
        setSought('')
        input.current?.blur()
        goTo(href)
      }}
    >
      <Input
        ref={input}
        prefix={<SearchOutlined aria-hidden />}
        suffix={<kbd className="y-kbd">Ctrl K</kbd>}
        placeholder={t('searchHint')}
        aria-label={t('search')}
        onKeyDown={event => {
          if (event.key !== 'Escape') return
          setSought('')
          input.current?.blur()
        }}
      />
    </AutoComplete>
  )
}
