import { Button, Form, Input } from 'antd'
import { useTranslation } from 'react-i18next'
import { auth } from '#client/auth.ts'
import { useAct } from '#client/hooks.ts'
import { readSession } from '#client/session.ts'
import { Failed } from '#kit/states.tsx'
import { GateCard } from './GateCard.tsx'
import { PasswordField } from './PasswordField.tsx'

type Fields = { readonly name: string; readonly password: string }

export function SignIn() {
  const { t } = useTranslation('session')
  const [form] = Form.useForm()
  const signIn = useAct(async ({ name, password }: Fields) => {
    await auth.signIn(name.trim(), password)
    await readSession()
    return true
  })
  const submit = async (fields: Fields) => {
    if (await signIn.run(fields)) return
    form.setFieldValue('password', '')
    form.focusField('password')
  }
  return (
    <GateCard title={t('signIn')}>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(fields: Fields) => void submit(fields)}>
        <Form.Item name="name" label={t('name')} rules={[{ required: true, message: t('nameRequired') }]}>
          <Input autoFocus size="large" autoComplete="username" spellCheck={false} />
        </Form.Item>
        <Form.Item name="password" label={t('password')} rules={[{ required: true, message: t('passwordRequired') }]}>
          <PasswordField size="large" autoComplete="current-password" />
        </Form.Item>
        {signIn.failure && <Failed failure={signIn.failure} />}
        <Button
          block
          size="large"
          type="primary"
          htmlType="submit"
          loading={signIn.isRunning}
          className="y-gate-submit"
        >
          {t('signIn')}
        </Button>
      </Form>
    </GateCard>
  )
}
