import { Button, Form, Radio } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { HostId, PlatformId } from '#contract/ids.ts'
import { rpc } from '#client/index.ts'
import { useAct, useQuery } from '#client/hooks.ts'
import { Card } from '#kit/Page.tsx'
import { Failed, Skeleton } from '#kit/states.tsx'
import { fingerprintOf, type ProbeState } from './probe.ts'
import { RecordFields, recordOf, type HostRecordDraft } from './RecordFields.tsx'

function PlatformChoice(props: { readonly value: PlatformId | null; readonly onChange: (id: PlatformId) => void }) {
  const { t } = useTranslation('settings')
  const platforms = useQuery('platforms', r => r.site.platforms({}))
  if (platforms.failure) return <Failed failure={platforms.failure} onRetry={platforms.reload} />
  if (!platforms.value) return <Skeleton rows={1} />
  if (platforms.value.length === 0) return <p className="y-warning">{t('add.noPlatform')}</p>
  return (
    <Form.Item label={t('hosts.platform')} extra={t('add.platformHint')}>
      <Radio.Group
        optionType="button"
        value={props.value}
        options={platforms.value.map(one => ({ value: one.platformId, label: one.name }))}
        onChange={event => props.onChange(event.target.value as PlatformId)}
      />
    </Form.Item>
  )
}

/** The record of a machine that passed its test, filled in with what was found. */
export function RegisterHost(props: {
  readonly state: ProbeState
  readonly onAdded: (hostId: HostId, name: string) => void
}) {
  const { t } = useTranslation('settings')
  const { tried, probe } = props.state
  const facts = probe?.facts
  const [platformId, setPlatform] = useState<PlatformId | null>(null)
  const [record, setRecord] = useState<HostRecordDraft>({
    name: facts?.hostname ?? tried?.address ?? '',
    origin: 'reused',
    model: facts?.model ?? '',
    serial: facts?.serial ?? '',
    rack: '',
  })
  const add = useAct((input: Parameters<typeof rpc.hosts.add>[0]) => rpc.hosts.add(input))
  const fingerprint = fingerprintOf(props.state)
  const isReady = tried !== null && fingerprint !== null && platformId !== null && record.name.trim() !== ''
  const send = async () => {
    if (!isReady) return
    const made = await add.run({ ...tried, ...recordOf(record), platformId, fingerprint })
    if (made) props.onAdded(made.hostId, record.name.trim())
  }
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    void box.current?.scrollIntoView({ block: 'nearest' })
  }, [])
  return (
    <Card title={t('add.record')}>
      <Form layout="vertical" onFinish={() => void send()}>
        <PlatformChoice value={platformId} onChange={setPlatform} />
        <RecordFields value={record} onChange={changes => setRecord({ ...record, ...changes })} />
        {add.failure && <Failed failure={add.failure} />}
        <Button type="primary" htmlType="submit" disabled={!isReady} loading={add.isRunning}>
          {record.name.trim() === '' ? t('add.saveShort') : t('add.save', { name: record.name.trim() })}
        </Button>
        <div ref={box} />
      </Form>
    </Card>
  )
}
