import { Button, Form, Radio } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { HostId, PlatformId } from '#contract/ids.ts'
import { rpc } from '#client/index.ts'
import { useAct, useQuery } from '#client/hooks.ts'
import { Card } from '#kit/Page.tsx'
import { Failed, Skeleton } from '#kit/states.tsx'
import { CredentialFields, nothingEntered, type Entered } from './CredentialFields.tsx'
import { fingerprintOf, isSameAddress, type ProbeState } from './probe.ts'
import { ProbeSteps } from './ProbeSteps.tsx'
import { RecordFields, recordOf, type HostRecordDraft } from './RecordFields.tsx'
import { addressOf, TargetFields, type Target } from './TargetFields.tsx'
import { useProbe } from './use-probe.ts'
import './settings.css'

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
function Register(props: { readonly state: ProbeState; readonly onAdded: (hostId: HostId, name: string) => void }) {
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

/**
 * Connects a machine: address and credential, a test step by step with the host's key confirmed by a person, then what
 * the centre records of it. Needs a person who may call `hosts.probe` and `hosts.add`.
 *
 * @param onAdded  the host is in the register; the core is reading it now
 */
export function AddHost(props: { readonly onAdded?: (hostId: HostId) => void; readonly onClose?: () => void }) {
  const { t } = useTranslation('settings')
  const [target, setTarget] = useState<Target>({ address: '', port: 22, user: 'root' })
  const [entered, setEntered] = useState<Entered>(nothingEntered)
  const [isRefused, setRefused] = useState(false)
  const [added, setAdded] = useState<{ readonly hostId: HostId; readonly name: string } | null>(null)
  const { state, run, stop, reset } = useProbe()
  const address = addressOf(target, entered)
  const isRunning = state.phase === 'running'
  const isOther = state.phase !== 'idle' && !isSameAddress(address, state.tried)
  const begin = (trusted: string | null) => {
    setRefused(false)
    if (address) void run(address, trusted)
  }
  if (added) {
    return (
      <Card title={t('add.added', { name: added.name })}>
        <div className="y-row">
          <Button type="primary" onClick={() => props.onAdded?.(added.hostId)}>
            {t('add.finish')}
          </Button>
          <Button
            onClick={() => {
              reset()
              setAdded(null)
              setTarget({ ...target, address: '' })
            }}
          >
            {t('add.another')}
          </Button>
        </div>
      </Card>
    )
  }
  return (
    <div className="settings-add">
      <Card title={t('add.steps.connect')}>
        <Form layout="vertical" onFinish={() => begin(null)}>
          <TargetFields value={target} onChange={changes => setTarget({ ...target, ...changes })} />
          <CredentialFields
            isBrief={state.phase !== 'idle'}
            value={entered}
            onChange={changes => setEntered({ ...entered, ...changes })}
          />
          <div className="y-row">
            {isRunning ? (
              <Button onClick={stop}>{t('add.stop')}</Button>
            ) : (
              <Button type={state.phase === 'passed' ? 'default' : 'primary'} htmlType="submit" disabled={!address}>
                {t(state.phase === 'idle' ? 'add.run' : 'add.again')}
              </Button>
            )}
            {props.onClose && <Button onClick={props.onClose}>{t('cancel', { ns: 'common' })}</Button>}
            {isOther && <span className="y-warning">{t('add.changed')}</span>}
          </div>
        </Form>
      </Card>
      {state.phase !== 'idle' && (
        <Card title={t('add.steps.probe')}>
          <ProbeSteps
            state={state}
            isRefused={isRefused}
            onTrust={fingerprint => begin(fingerprint)}
            onRefuse={() => setRefused(true)}
          />
        </Card>
      )}
      {state.phase === 'passed' && !isOther && (
        <Register key={state.tried?.address} state={state} onAdded={(hostId, name) => setAdded({ hostId, name })} />
      )}
    </div>
  )
}
