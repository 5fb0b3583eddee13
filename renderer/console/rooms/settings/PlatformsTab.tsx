import { PlusOutlined } from '@ant-design/icons'
import { Button, Checkbox, Form, Input, InputNumber } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Platform } from '#contract/site.ts'
import { hostsFeed, rpc } from '#client/index.ts'
import { useAct, useLive, useQuery } from '#client/hooks.ts'
import { formatCores } from '#kit/format/index.ts'
import { Card } from '#kit/Page.tsx'
import { Empty, Failed, Skeleton } from '#kit/states.tsx'

type Draft = {
  readonly name: string
  readonly levels: readonly number[]
  readonly cpuOvercommit: number | null
  readonly reserveHosts: number | null
}
const usual: Draft = { name: '', levels: [], cpuOvercommit: 4, reserveHosts: 1 }
const levels = [1, 2, 3, 4, 5]
/** Threads of the host that the examples speak of. */
const EXAMPLE_THREADS = 64

const draftOf = ({ name, levels: carried, cpuOvercommit, reserveHosts }: Platform): Draft => ({
  name,
  levels: carried,
  cpuOvercommit,
  reserveHosts,
})

function Says({ draft }: { readonly draft: Draft }) {
  const { t } = useTranslation(['settings', 'common'])
  const { cpuOvercommit: n, reserveHosts } = draft
  return (
    <ul className="settings-says">
      <li>
        {draft.levels.length === 0
          ? t('platforms.levelsNone')
          : t('platforms.levelsSay', { levels: draft.levels.join(t('common:separator')) })}
      </li>
      {n !== null && (
        <li>
          {n === 1
            ? t('platforms.overcommitOne')
            : t('platforms.overcommitSay', { n, cores: formatCores(Math.floor(EXAMPLE_THREADS * n)) })}{' '}
          {t('platforms.memorySay')}
        </li>
      )}
      {reserveHosts !== null && (
        <li>{reserveHosts === 0 ? t('platforms.reserveNone') : t('platforms.reserveSay', { n: reserveHosts })}</li>
      )}
    </ul>
  )
}

function PlatformForm(props: {
  readonly platform: Platform | null
  readonly hosts: number
  readonly onDone: () => void
  readonly onCancel?: () => void
}) {
  const { t } = useTranslation(['settings', 'common'])
  const { platform } = props
  const begin = platform ? draftOf(platform) : usual
  const [edited, setEdited] = useState<Draft | null>(null)
  const draft = edited ?? begin
  const change = (changes: Partial<Draft>) => setEdited({ ...draft, ...changes })
  const isChanged = edited !== null && JSON.stringify(edited) !== JSON.stringify(begin)
  const { name, cpuOvercommit, reserveHosts } = draft
  const isReady = name.trim() !== '' && draft.levels.length > 0 && cpuOvercommit !== null && reserveHosts !== null
  const save = useAct((input: Parameters<typeof rpc.site.createPlatform>[0]) =>
    platform
      ? rpc.site.updatePlatform({ ...input, platformId: platform.platformId, version: platform.version })
      : rpc.site.createPlatform(input),
  )
  const send = async () => {
    if (!isReady || !isChanged) return
    const done = await save.run({ name: name.trim(), levels: [...draft.levels], cpuOvercommit, reserveHosts })
    if (done) setEdited(null)
    props.onDone()
  }
  return (
    <Card
      title={platform?.name ?? t('platforms.create')}
      extra={platform && <span className="y-second">{t('platforms.hosts', { n: props.hosts })}</span>}
    >
      <Form layout="vertical" onFinish={() => void send()}>
        <Form.Item label={t('platforms.name')}>
          <Input
            aria-label={t('platforms.name')}
            maxLength={100}
            value={name}
            onChange={event => change({ name: event.target.value })}
          />
        </Form.Item>
        <Form.Item label={t('platforms.levels')}>
          <Checkbox.Group
            value={[...draft.levels]}
            options={levels.map(level => ({ value: level, label: t('platforms.level', { level }) }))}
            onChange={next => change({ levels: levels.filter(level => next.includes(level)) })}
          />
        </Form.Item>
        <div className="settings-two">
          <Form.Item label={t('platforms.overcommit')}>
            <InputNumber
              aria-label={t('platforms.overcommit')}
              min={1}
              max={16}
              step={0.5}
              suffix={t('platforms.overcommitUnit')}
              value={cpuOvercommit}
              onChange={next => change({ cpuOvercommit: next })}
            />
          </Form.Item>
          <Form.Item label={t('platforms.reserve')}>
            <InputNumber
              aria-label={t('platforms.reserve')}
              min={0}
              max={8}
              precision={0}
              suffix={t('platforms.reserveUnit')}
              value={reserveHosts}
              onChange={next => change({ reserveHosts: next })}
            />
          </Form.Item>
        </div>
        <Says draft={draft} />
        {save.failure && <Failed failure={save.failure} />}
        <div className="y-row">
          <Button type="primary" htmlType="submit" disabled={!isReady || !isChanged} loading={save.isRunning}>
            {t(platform ? 'platforms.save' : 'platforms.createGo')}
          </Button>
          {platform && isChanged && <Button onClick={() => setEdited(null)}>{t('revert')}</Button>}
          {!platform && props.onCancel && <Button onClick={props.onCancel}>{t('common:cancel')}</Button>}
        </div>
      </Form>
    </Card>
  )
}

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
