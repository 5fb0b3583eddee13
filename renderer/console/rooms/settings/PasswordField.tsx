import { Button, Form, Input } from 'antd'
import { useTranslation } from 'react-i18next'
import { CopyButton } from '#kit/CopyButton.tsx'
import { newPassword } from './new-password.ts'

/** A password to hand over, readable while it is made: whoever makes it must be able to pass it on. */
export function PasswordField(props: {
  readonly label: string
  readonly value: string
  readonly onChange: (password: string) => void
}) {
  const { t } = useTranslation('settings')
  return (
    <Form.Item label={props.label} htmlFor="newPassword" extra={t('people.passwordHint')}>
      <div className="y-row">
        <Input
          id="newPassword"
          className="y-mono"
          maxLength={200}
          autoComplete="new-password"
          spellCheck={false}
          value={props.value}
          onChange={event => props.onChange(event.target.value)}
        />
        <Button onClick={() => props.onChange(newPassword(bytes => crypto.getRandomValues(bytes)))}>
          {t('people.passwordMake')}
        </Button>
        {props.value !== '' && <CopyButton text={props.value} />}
      </div>
    </Form.Item>
  )
}

/** A secret that is shown once, to be handed over or stored now. */
export function Secret(props: { readonly says: string; readonly secret: string; readonly onDone: () => void }) {
  const { t } = useTranslation('settings')
  return (
    <div className="settings-secret" role="status">
      <p>{props.says}</p>
      <p className="y-row">
        <code className="y-mono y-grow">{props.secret}</code>
        <CopyButton text={props.secret} />
      </p>
      <Button type="primary" onClick={props.onDone}>
        {t('tokens.secretDone')}
      </Button>
    </div>
  )
}
