import { SearchOutlined } from '@ant-design/icons'
import { AutoComplete, Input, type InputRef } from 'antd'
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import { useMay, useMe } from '#client/hooks.ts'
import { hostsFeed, vmsFeed } from '#client/index.ts'
import type { Live } from '#client/live.ts'
import { mayUse } from '#client/session.ts'
import { useHotkeys } from '#kit/hotkeys.ts'
import { text } from '#kit/i18n/index.ts'
import { goTo, hrefOf } from '#kit/router.ts'
import { addHostHref, newRequestHref } from '../links.ts'
import { rooms } from '../rooms/registry.ts'

const MOST_OF_A_KIND = 8

type Hit = { readonly value: string; readonly label: ReactNode }

/** A name with what tells it from its namesakes. */
const named = (name: string, more: string | null): ReactNode => (
  <span className="y-row">
    <span>{name}</span>
    {more !== null && <span className="y-second y-cut">{more}</span>}
  </span>
)

type Told = {
  readonly name: string
  readonly more: string | null
  /** Found by this too, without being shown: an address, a serial number. */
  readonly also?: readonly (string | null)[]
  readonly href: string
}

const byName = new Intl.Collator('zh-CN', { numeric: true }).compare

/** Things of which every word is found somewhere, those whose name begins with the first word first; without a word all in the order given; no more than fit. */
function pick<Thing>(things: Iterable<Thing>, words: readonly string[], tell: (thing: Thing) => Told): Hit[] {
  const hits: { hit: Hit; name: string; at: number }[] = []
  for (const thing of things) {
    const { name, more, also = [], href } = tell(thing)
    const all = [name, more, ...also].join('\n').toLowerCase()
    if (!words.every(word => all.includes(word))) continue
    hits.push({ hit: { value: href, label: named(name, more) }, name, at: all.indexOf(words[0] ?? '') })
  }
  return hits
    .sort((a, b) => a.at - b.at || (words.length === 0 ? 0 : byName(a.name, b.name)))
    .slice(0, MOST_OF_A_KIND)
    .map(({ hit }) => hit)
}

const hasCome = ({ phase }: Live<unknown>): boolean => phase !== 'loading'

/**
 * What fits the text, among what is known when it is typed: a list that moves under the reader's hand is of no use.
 *
 * @returns  null while machines and hosts have not come in yet
 */
function useHits(sought: string) {
  const { t } = useTranslation(['frame', 'hosts', 'requests'])
  const me = useMe()
  const mayAdd = useMay(['operator', 'system-administrator'])
  const mayCreate = useMay(['operator', 'approver', 'applicant'])
  const areVmsHere = useStore(vmsFeed.store, hasCome)
  const areHostsHere = useStore(hostsFeed.store, hasCome)
  const isHere = areVmsHere && areHostsHere
  return useMemo(() => {
    const words = sought.split(/\s+/).filter(Boolean)
    const allowed = rooms.filter(room => mayUse(room.roles, me.roles))
    const acts = [
      ...(mayAdd ? [{ name: t('hosts:add'), more: null, href: addHostHref }] : []),
      ...(mayCreate ? [{ name: t('requests:create'), more: null, href: newRequestHref }] : []),
    ]
    const groups: { label: string; options: Hit[] }[] = [
      {
        label: t('searchPages'),
        options: pick(allowed, words, room => ({
          name: text(room.titleKey),
          more: null,
          href: hrefOf(room.path),
        })),
      },
      { label: t('searchActs'), options: pick(acts, words, act => act) },
    ]
    if (words.length > 0 && !isHere) return null
    if (words.length > 0) {
      groups.push(
        {
          label: t('searchVms'),
          options: pick(vmsFeed.store.getState().value.rows.values(), words, vm => ({
            name: vm.name,
            more: [vm.title, vm.hostName].filter(Boolean).join(' · '),
            also: [vm.uuid],
            href: hrefOf('vms', { open: vm.vmId }),
          })),
        },
        {
          label: t('searchHosts'),
          options: pick(hostsFeed.store.getState().value.rows.values(), words, host => ({
            name: host.name,
            more: host.model,
            also: [host.hostname, host.address, host.serial, host.rack],
            href: hrefOf('hosts', { open: host.hostId }),
          })),
        },
      )
    }
    return groups.filter(group => group.options.length > 0)
  }, [me.roles, mayAdd, mayCreate, sought, isHere, t])
}

/** Ctrl+K: a page, an act, a machine or a host by parts of its name. */
export function Search() {
  const { t } = useTranslation(['frame', 'keys', 'common'])
  const [sought, setSought] = useState('')
  const input = useRef<InputRef>(null)
  const [isOpen, setOpen] = useState(false)
  useEffect(() => {
    if (!isOpen) return
    const release = [hostsFeed.retain(), vmsFeed.retain()]
    return () => release.forEach(letGo => letGo())
  }, [isOpen])
  const hits = useHits(sought.trim().toLowerCase())
  useHotkeys(t('keys:general'), [
    { keys: 'ctrl+k', label: t('search'), run: () => input.current?.focus({ cursor: 'all' }) },
  ])
  return (
    <AutoComplete
      className="y-search"
      listHeight={420}
      open={isOpen}
      onFocus={() => setOpen(true)}
      onBlur={() => setOpen(false)}
      options={hits ?? []}
      value={sought}
      defaultActiveFirstOption
      onSearch={setSought}
      notFoundContent={
        <span className="y-second">{hits === null ? t('common:loading') : t('searchNothing', { text: sought })}</span>
      }
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
