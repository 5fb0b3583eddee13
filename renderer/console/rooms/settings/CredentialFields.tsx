import { Form, Input, Radio } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Credential } from '#contract/hosts.ts'
import { useQuery } from '#client/hooks.ts'
import { CopyButton } from '#kit/CopyButton.tsx'
import { Failed, Skeleton } from '#kit/states.tsx'

/** A credential as it is being entered. */
export type Entered = {
  readonly kind: Credential['kind']
  readonly privateKey: string
  readonly passphrase: string
  readonly password: string
}
export const nothingEntered: Entered = { kind: 'site-key', privateKey: '', passphrase: '', password: '' }
const kinds: readonly Credential['kind'][] = ['site-key', 'key', 'agent', 'password']

/** What was entered, once it is complete. */
export function credentialOf({ kind, privateKey, passphrase, password }: Entered): Credential | null {
  switch (kind) {
    case 'site-key':
    case 'agent':
      return { kind }
    case 'key':
      if (privateKey.trim() === '') return null
      return { kind, privateKey: `${privateKey.trim()}\n`, ...(passphrase === '' ? {} : { passphrase }) }
    case 'password':
      return password === '' ? null : { kind, password }
  }
}

/** The site's public key, with the line that puts it where the host looks. */
function SiteKey() {
  const { t } = useTranslation('settings')
  const key = useQuery('siteKey', rpc => rpc.hosts.siteKey({}))
  if (key.failure) return <Failed failure={key.failure} onRetry={key.reload} />
  if (!key.value) return <Skeleton rows={2} />
  const { publicKey, fingerprint } = key.value
  const command = `mkdir -p ~/.ssh && echo '${publicKey.trim()}' >> ~/.ssh/authorized_keys && chmod 600 ~/.ssh/authorized_keys`
  return (
    <div className="settings-key">
      <p className="y-row">
        <strong>{t('add.siteKey')}</strong>
        <span className="y-second y-mono y-cut y-grow">{fingerprint}</span>
        <CopyButton isSmall text={publicKey.trim()} label={t('add.copyKey')} />
      </p>
      <p className="y-row">
        <span className="y-second y-grow">{t('add.siteKeyCommand')}</span>
        <CopyButton isSmall text={command} label={t('add.copyCommand')} />
      </p>
      <pre className="settings-command y-mono" tabIndex={0}>
        {command}
      </pre>
    </div>
  )
}

/** How the core proves who it is to the host. */
export function CredentialFields(props: {
  readonly value: Entered
  readonly onChange: (changes: Partial<Entered>) => void
  /** The test has begun: leaves out what was needed to prepare the host. */
  readonly isBrief?: boolean
}) {
  const { t } = useTranslation('settings')
  const { value, onChange } = props
  return (
    <>
      <Form.Item label={t('add.credential')} extra={t(`add.kindHints.${value.kind}`)}>
        <Radio.Group
          optionType="button"
          value={value.kind}
          options={kinds.map(kind => ({ value: kind, label: t(`add.kinds.${kind}`) }))}
          onChange={event => onChange({ kind: event.target.value as Entered['kind'] })}
        />
      </Form.Item>
      {value.kind === 'site-key' && !props.isBrief && <SiteKey />}
      {value.kind === 'key' && (
        <>
          <Form.Item label={t('add.privateKey')} htmlFor="privateKey" extra={t('add.privateKeyHint')}>
            <Input.TextArea
              id="privateKey"
              className="y-mono"
              autoSize={{ minRows: 4, maxRows: 8 }}
              maxLength={20_000}
              spellCheck={false}
              autoComplete="off"
              value={value.privateKey}
              onChange={event => onChange({ privateKey: event.target.value })}
            />
          </Form.Item>
          <Form.Item label={`${t('add.passphrase')}（${t('optional', { ns: 'common' })}）`} htmlFor="passphrase">
            <Input.Password
              id="passphrase"
              maxLength={200}
              autoComplete="off"
              value={value.passphrase}
              onChange={event => onChange({ passphrase: event.target.value })}
            />
          </Form.Item>
        </>
      )}
      {value.kind === 'password' && (
        <Form.Item label={t('add.password')} htmlFor="hostPassword">
          <Input.Password
            id="hostPassword"
            maxLength={200}
            autoComplete="off"
            value={value.password}
            onChange={event => onChange({ password: event.target.value })}
          />
        </Form.Item>
      )}
    </>
  )
}
