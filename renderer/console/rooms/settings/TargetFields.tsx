import { Form, Input, InputNumber } from 'antd'
import { useTranslation } from 'react-i18next'
import type { HostAddress } from '#contract/hosts.ts'
import { credentialOf, type Entered } from './CredentialFields.tsx'

export type Target = { readonly address: string; readonly port: number | null; readonly user: string }

/** What was entered as an address that can be tried; null while something is missing. */
export function addressOf({ address, port, user }: Target, entered: Entered): HostAddress | null {
  const credential = credentialOf(entered)
  if (address.trim() === '' || port === null || user.trim() === '' || !credential) return null
  return { address: address.trim(), port, user: user.trim(), credential }
}

/** Where a machine is and who signs in there. */
export function TargetFields(props: { readonly value: Target; readonly onChange: (changes: Partial<Target>) => void }) {
  const { t } = useTranslation('settings')
  const { value, onChange } = props
  return (
    <div className="settings-target">
      <Form.Item label={t('add.address')} htmlFor="hostAddress">
        <Input
          id="hostAddress"
          autoFocus
          maxLength={253}
          placeholder={t('add.addressHint')}
          autoComplete="off"
          spellCheck={false}
          value={value.address}
          onChange={event => onChange({ address: event.target.value })}
        />
      </Form.Item>
      <Form.Item label={t('add.port')} htmlFor="hostPort">
        <InputNumber
          id="hostPort"
          min={1}
          max={65_535}
          precision={0}
          controls={false}
          value={value.port}
          onChange={port => onChange({ port })}
        />
      </Form.Item>
      <Form.Item label={t('add.user')} htmlFor="hostUser">
        <Input
          id="hostUser"
          maxLength={64}
          autoComplete="off"
          spellCheck={false}
          title={t('add.userHint')}
          value={value.user}
          onChange={event => onChange({ user: event.target.value })}
        />
      </Form.Item>
    </div>
  )
}
