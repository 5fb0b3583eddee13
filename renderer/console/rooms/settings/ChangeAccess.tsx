import { Button, Form } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Host, HostAddress } from '#contract/hosts.ts'
import { rpc } from '#client/index.ts'
import { useAct } from '#client/hooks.ts'
import { ReasonForm } from '#kit/ReasonForm.tsx'
import { CredentialFields, nothingEntered } from './CredentialFields.tsx'
import { isSameAddress } from './probe.ts'
import { ProbeSteps } from './ProbeSteps.tsx'
import { addressOf, TargetFields, type Target } from './TargetFields.tsx'
import { useProbe } from './use-probe.ts'

type Access = HostAddress & { readonly reason: string }

/**
 * Another address, user or credential for a host that is in the register. It is tried first, and what answers must show
 * the host's recorded key.
 */
export function ChangeAccess({ host, onClose }: { readonly host: Host; readonly onClose: () => void }) {
  const { t } = useTranslation(['settings', 'common'])
  const [target, setTarget] = useState<Target>({ address: host.address, port: host.port, user: host.user })
  const [entered, setEntered] = useState(nothingEntered)
  const { state, run, stop } = useProbe(host.hostId)
  const save = useAct((access: Access) =>
    rpc.hosts.changeAccess({ hostId: host.hostId, version: host.version, ...access }),
  )
  const address = addressOf(target, entered)
  const isPassed = state.phase === 'passed' && isSameAddress(address, state.tried)
  const send = async (reason: string) => {
    if (address && (await save.run({ ...address, reason }))) onClose()
  }
  return (
    <div className="settings-access">
      <Form layout="vertical" onFinish={() => address && void run(address, null)}>
        <TargetFields value={target} onChange={changes => setTarget({ ...target, ...changes })} />
        <CredentialFields
          isBrief={state.phase !== 'idle'}
          value={entered}
          onChange={changes => setEntered({ ...entered, ...changes })}
        />
        <div className="y-row">
          {state.phase === 'running' ? (
            <Button onClick={stop}>{t('add.stop')}</Button>
          ) : (
            <Button type={isPassed ? 'default' : 'primary'} htmlType="submit" disabled={!address}>
              {t(state.phase === 'idle' ? 'add.run' : 'add.again')}
            </Button>
          )}
          {!isPassed && <Button onClick={onClose}>{t('common:cancel')}</Button>}
        </div>
      </Form>
      {state.phase !== 'idle' && (
        <ProbeSteps state={state} isRefused={false} onTrust={() => undefined} onRefuse={stop} />
      )}
      {isPassed && (
        <ReasonForm
          verb={t('hosts.accessSave')}
          explains={t('hosts.accessHint')}
          isRunning={save.isRunning}
          failure={save.failure}
          onSubmit={reason => void send(reason)}
          onCancel={onClose}
        />
      )}
    </div>
  )
}
