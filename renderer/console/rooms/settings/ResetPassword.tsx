import { Button, Form } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Person } from '#contract/identity.ts'
import { rpc } from '#client/index.ts'
import { useAct } from '#client/hooks.ts'
import { Failed } from '#kit/states.tsx'
import { PasswordField, Secret } from './PasswordField.tsx'

/** A new password for somebody, shown once to whoever hands it over. */
export function ResetPassword({ person }: { readonly person: Person }) {
  const { t } = useTranslation(['settings', 'common'])
  const [isOpen, setOpen] = useState(false)
  const [password, setPassword] = useState('')
  const [isDone, setDone] = useState(false)
  const reset = useAct((next: string) => rpc.identity.resetPassword({ personId: person.personId, password: next }))
  const close = () => {
    setOpen(false)
    setDone(false)
    setPassword('')
    reset.clear()
  }
  if (isDone) return <Secret says={t('people.resetDone')} secret={password} onDone={close} />
  if (!isOpen) {
    return (
      <div className="y-row">
        <span className="y-second y-grow">{t('people.resetHint')}</span>
        <Button onClick={() => setOpen(true)}>{t('people.resetPassword')}</Button>
      </div>
    )
  }
  return (
    <Form layout="vertical" onFinish={() => void reset.run(password).then(done => done && setDone(true))}>
      <PasswordField label={t('people.newPassword')} value={password} onChange={setPassword} />
      {reset.failure && <Failed failure={reset.failure} />}
      <div className="y-row">
        <Button type="primary" htmlType="submit" disabled={password === ''} loading={reset.isRunning}>
          {t('people.resetPassword')}
        </Button>
        <Button onClick={close}>{t('common:cancel')}</Button>
      </div>
    </Form>
  )
}
