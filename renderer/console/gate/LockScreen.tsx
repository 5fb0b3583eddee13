import { Button, Form } from 'antd'
import { useTranslation } from 'react-i18next'
import { auth } from '#client/auth.ts'
import { useAct, useSession } from '#client/hooks.ts'
import { readSession } from '#client/session.ts'
import { GateCard } from './GateCard.tsx'
import { OwnPasswordFailed } from './OwnPasswordFailed.tsx'
import { PasswordField } from './PasswordField.tsx'

/** Covers the page, which stays as it was below. */
export function LockScreen() {
  const { t } = useTranslation('session')
  const me = useSession().auth?.me
  const [form] = Form.useForm()
  const unlock = useAct(async ({ password }: { password: string }) => {
    await auth.unlock(password)
    await readSession()
    return true
  })
  const submit = async (fields: { password: string }) => {
    if (await unlock.run(fields)) return
    form.setFieldValue('password', '')
    form.focusField('password')
  }
  const leave = useAct(async () => {
    await auth.signOut()
    location.reload()
  })
  return (
    <div className="y-lock" role="dialog" aria-modal aria-label={t('locked')}>
      <GateCard title={t('locked')} hint={t('lockedHint')}>
        <Form
          form={form}
          layout="vertical"
          requiredMark={false}
          onFinish={(fields: { password: string }) => void submit(fields)}
        >
          {me && <p className="y-lock-person">{me.displayName}</p>}
          <Form.Item name="password" label={t('password')} rules={[{ required: true, message: t('passwordRequired') }]}>
            <PasswordField autoFocus size="large" autoComplete="current-password" />
          </Form.Item>
          {unlock.failure && <OwnPasswordFailed failure={unlock.failure} />}
          <Button
            block
            size="large"
            type="primary"
            htmlType="submit"
            loading={unlock.isRunning}
            className="y-gate-submit"
          >
            {t('unlock')}
          </Button>
          <Button block type="link" loading={leave.isRunning} onClick={() => void leave.run(undefined)}>
            {t('otherPerson')}
          </Button>
        </Form>
      </GateCard>
    </div>
  )
}
