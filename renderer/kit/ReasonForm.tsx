import { Button, Input } from 'antd'
import { useId, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { Failure } from '#client/failure.ts'
import { Failed } from './states.tsx'
import './reason-form.css'

type ReasonFormProps = {
  /** The act as a verb with its object, on the button: `强制断电`. */
  readonly verb: string
  /** One sentence on what will happen. */
  readonly explains?: string
  readonly isDangerous?: boolean
  /** Given: the act cannot be undone and this name must be typed. */
  readonly confirmName?: string
  /** Reasons that are often given; a click puts one in. */
  readonly suggestions?: readonly string[]
  /** Without it a reason of two characters or more is demanded. */
  readonly isOptional?: boolean
  readonly isRunning: boolean
  readonly failure: Failure | null
  readonly onSubmit: (reason: string) => void
  readonly onCancel: () => void
}

const LEAST = 2
const MOST = 500

function ReasonField(props: {
  readonly value: string
  readonly suggestions: readonly string[]
  readonly onChange: (reason: string) => void
}) {
  const { t } = useTranslation('common')
  const id = useId()
  return (
    <>
      <label htmlFor={id} className="y-hidden">
        {t('reason')}
      </label>
      <Input.TextArea
        id={id}
        autoFocus
        autoSize={{ minRows: 2, maxRows: 6 }}
        maxLength={MOST}
        placeholder={t('reasonPlaceholder')}
        value={props.value}
        onChange={event => props.onChange(event.target.value)}
      />
      {props.suggestions.length > 0 && (
        <div className="y-reason-suggestions">
          {props.suggestions.map(one => (
            <Button key={one} size="small" onClick={() => props.onChange(one)}>
              {one}
            </Button>
          ))}
        </div>
      )}
    </>
  )
}

/** Asks for the ground of an act, in place. Ctrl+Enter sends it, Esc leaves. */
export function ReasonForm(props: ReasonFormProps) {
  const { t } = useTranslation('common')
  const [reason, setReason] = useState('')
  const [typed, setTyped] = useState('')
  const isShort = !props.isOptional && reason.trim().length < LEAST
  const isReady = !isShort && (props.confirmName === undefined || typed === props.confirmName)
  const send = () => isReady && !props.isRunning && props.onSubmit(reason.trim())
  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Escape') {
      event.stopPropagation()
      props.onCancel()
    }
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send()
  }
  return (
    <form
      className="y-reason"
      onKeyDown={press}
      onSubmit={event => {
        event.preventDefault()
        send()
      }}
    >
      {props.explains && <p>{props.explains}</p>}
      <ReasonField value={reason} suggestions={props.suggestions ?? []} onChange={setReason} />
      {props.confirmName !== undefined && (
        <label>
          {t('typeName', { name: props.confirmName })}
          <Input value={typed} autoComplete="off" onChange={event => setTyped(event.target.value)} />
        </label>
      )}
      {props.failure && <Failed failure={props.failure} />}
      <div className="y-row">
        <Button
          htmlType="submit"
          type="primary"
          danger={props.isDangerous ?? false}
          loading={props.isRunning}
          disabled={!isReady}
        >
          {props.verb}
        </Button>
        <Button onClick={props.onCancel}>{t('cancel')}</Button>
        {isReady && <kbd className="y-kbd">Ctrl Enter</kbd>}
        {isShort && reason !== '' && <span className="y-second">{t('reasonTooShort')}</span>}
      </div>
    </form>
  )
}
