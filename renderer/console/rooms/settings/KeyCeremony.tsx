import { Checkbox } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Host } from '#contract/hosts.ts'
import { rpc } from '#client/index.ts'
import { useAct, useMay } from '#client/hooks.ts'
import { CopyButton } from '#kit/CopyButton.tsx'
import { ReasonForm } from '#kit/ReasonForm.tsx'
import { keyCommand } from './key-command.ts'

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/**
 * A host shows another key than the recorded one: nobody talks to it until a system administrator has compared the
 * fingerprints on the machine itself and says why it changed.
 */
export function KeyCeremony({ host }: { readonly host: Host }) {
  const { t } = useTranslation('settings')
  const mayTrust = useMay(['system-administrator'])
  const [isChecked, setChecked] = useState(false)
  const data = host.fault?.data ?? {}
  const offered = textOf(data['offered'])
  const command = keyCommand(textOf(data['algorithm']))
  const trust = useAct((reason: string) => rpc.hosts.trustKey({ hostId: host.hostId, fingerprint: offered, reason }))
  return (
    <section className="settings-ask" role="alert">
      <h3>{t('hosts.keyChanged')}</h3>
      <p>{t('hosts.keyChangedHint')}</p>
      <p className="y-row">
        <code className="y-mono y-grow">{command}</code>
        <CopyButton isSmall text={command} label={t('add.copyCommand')} />
      </p>
      <dl className="settings-fingerprints">
        <dt>{t('hosts.keyOld')}</dt>
        <dd className="y-mono">{textOf(data['expected'])}</dd>
        <dt>{t('hosts.keyNew', { algorithm: textOf(data['algorithm']) })}</dt>
        <dd className="y-mono">{offered}</dd>
      </dl>
      {!mayTrust && <p className="y-second">{t('hosts.keyNoRole')}</p>}
      {mayTrust && (
        <Checkbox checked={isChecked} onChange={event => setChecked(event.target.checked)}>
          {t('hosts.keyChecked')}
        </Checkbox>
      )}
      {mayTrust && isChecked && (
        <ReasonForm
          verb={t('hosts.keyTrust')}
          isDangerous
          isRunning={trust.isRunning}
          failure={trust.failure}
          onSubmit={reason => void trust.run(reason)}
          onCancel={() => setChecked(false)}
        />
      )}
    </section>
  )
}
