import { Button, Form } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { HostId } from '#contract/ids.ts'
import { Card } from '#kit/Page.tsx'
import { CredentialFields, nothingEntered, type Entered } from './CredentialFields.tsx'
import { isSameAddress, type ProbeState } from './probe.ts'
import { ProbeSteps } from './ProbeSteps.tsx'
import { RegisterHost } from './RegisterHost.tsx'
import { addressOf, TargetFields, type Target } from './TargetFields.tsx'
import { useProbe } from './use-probe.ts'
import './settings.css'

/** Begins the test, which the form sends; stops it while it runs. */
function TestButton(props: {
  readonly phase: ProbeState['phase']
  readonly isReady: boolean
  readonly onStop: () => void
}) {
  const { t } = useTranslation('settings')
  const { phase } = props
  if (phase === 'running') return <Button onClick={props.onStop}>{t('add.stop')}</Button>
  return (
    <Button type={phase === 'passed' ? 'default' : 'primary'} htmlType="submit" disabled={!props.isReady}>
      {t(phase === 'idle' ? 'add.run' : 'add.again')}
    </Button>
  )
}

/** The machine is in the register: on to it, or to the next one. */
function Added(props: { readonly name: string; readonly onFinish: () => void; readonly onAnother: () => void }) {
  const { t } = useTranslation('settings')
  return (
    <Card title={t('add.added', { name: props.name })}>
      <div className="y-row">
        <Button type="primary" onClick={props.onFinish}>
          {t('add.finish')}
        </Button>
        <Button onClick={props.onAnother}>{t('add.another')}</Button>
      </div>
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
  const isOther = state.phase !== 'idle' && !isSameAddress(address, state.tried)
  const begin = (trusted: string | null) => {
    setRefused(false)
    if (address) void run(address, trusted)
  }
  if (added) {
    return (
      <Added
        name={added.name}
        onFinish={() => props.onAdded?.(added.hostId)}
        onAnother={() => {
          reset()
          setAdded(null)
          setTarget({ ...target, address: '' })
        }}
      />
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
            <TestButton phase={state.phase} isReady={address !== null} onStop={stop} />
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
        <RegisterHost key={state.tried?.address} state={state} onAdded={(hostId, name) => setAdded({ hostId, name })} />
      )}
    </div>
  )
}
