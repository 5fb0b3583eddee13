import { Button, Checkbox, Form, Input, InputNumber } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Platform } from '#contract/site.ts'
import { rpc } from '#client/index.ts'
import { useAct } from '#client/hooks.ts'
import { formatCores } from '#kit/format/index.ts'
import { Card } from '#kit/Page.tsx'
import { Failed } from '#kit/states.tsx'

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

/** What is carried, and how full it may be made. */
function RuleFields({ draft, change }: { readonly draft: Draft; readonly change: (changes: Partial<Draft>) => void }) {
  const { t } = useTranslation('settings')
  return (
    <>
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
            value={draft.cpuOvercommit}
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
            value={draft.reserveHosts}
            onChange={next => change({ reserveHosts: next })}
          />
        </Form.Item>
      </div>
    </>
  )
}

/** One platform, or a new one when there is none yet. */
export function PlatformForm(props: {
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
        <RuleFields draft={draft} change={change} />
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
