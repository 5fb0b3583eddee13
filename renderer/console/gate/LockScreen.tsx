import { Button, Form } from 'antd'
import { useTranslation } from 'react-i18next'
import { auth } from '#client/auth.ts'
import { useAct, useSession } from '#client/hooks.ts'
import { readSession } from '#client/session.ts'
import { Failed } from '#kit/states.tsx'
import { GateCard } from './GateCard.tsx'
import { PasswordField } from './PasswordField.tsx'

/** Covers the page, which stays as it was below. */
export function LockScreen() {
  const { t } = useTranslation('session')
  const me = useSession().auth?.me
  const unlock = useAct(async ({ password }: { password: string }) => {
    await auth.unlock(password)
    await readSession()
  })
  const leave = useAct(async () => {
    await auth.signOut()
    location.reload()
  })
  return (
    <div className="y-lock" role="dialog" aria-modal aria-label={t('locked')}>
      <GateCard title={t('locked')} hint={t('lockedHint')}>
        <Form
          layout="vertical"
          requiredMark={false}
          onFinish={(fields: { password: string }) => void unlock.run(fields)}
        >
          {me && <p className="y-lock-person">{me.displayName}</p>}
          <Form.Item name="password" label={t('password')} rules={[{ required: true, message: t('passwordRequired') }]}>
            <PasswordField autoFocus size="large" autoComplete="current-password" />
          </Form.Item>
          {unlock.failure && <Failed failure={unlock.failure} />}
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
