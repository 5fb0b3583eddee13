import { Button, Input } from 'antd'
import { useState, type KeyboardEvent, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useAct } from '#client/hooks.ts'
import { Failed } from '#kit/states.tsx'
import './name-form.css'

/** One name and the button that registers something under it, in place. Esc leaves. */
export function NameForm<Made>(props: {
  readonly label: string
  readonly verb: string
  /** More that is needed beside the name; the button waits for `isReady`. */
  readonly children?: ReactNode
  readonly isReady?: boolean
  readonly run: (name: string) => Promise<Made>
  readonly onDone: (made: Made) => void
  readonly onCancel: () => void
}) {
  const { t } = useTranslation('common')
  const [name, setName] = useState('')
  const act = useAct(props.run)
  const isReady = name.trim() !== '' && (props.isReady ?? true)
  const send = async () => {
    if (!isReady) return
    const made = await act.run(name.trim())
    if (made !== undefined) props.onDone(made)
  }
  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Escape') {
      event.stopPropagation()
      props.onCancel()
    }
    if (event.key === 'Enter') {
      event.preventDefault()
      void send()
    }
  }
  return (
    <div className="requests-name" onKeyDown={press}>
      <div className="y-row">
        <Input
          autoFocus
          aria-label={props.label}
          placeholder={props.label}
          maxLength={100}
          value={name}
          onChange={event => setName(event.target.value)}
        />
        {props.children}
        <Button type="primary" disabled={!isReady} loading={act.isRunning} onClick={() => void send()}>
          {props.verb}
        </Button>
        <Button onClick={props.onCancel}>{t('cancel')}</Button>
      </div>
      {act.failure && <Failed failure={act.failure} />}
    </div>
  )
}
