import { Input, type InputProps } from 'antd'
import { useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'

/** What the core demands at least; it says so itself when that has changed. */
export const PASSWORD_MIN = 10

/** A password with the warning that explains half of all failed sign-ins. */
export function PasswordField(props: Omit<InputProps, 'type'>) {
  const { t } = useTranslation('session')
  const [isCaps, setCaps] = useState(false)
  const look = (event: KeyboardEvent) => setCaps(event.getModifierState('CapsLock'))
  return (
    <>
      <Input.Password {...props} onKeyUp={look} onKeyDown={look} />
      {isCaps && <p className="y-warning y-gate-caps">{t('capsLock')}</p>}
    </>
  )
}
