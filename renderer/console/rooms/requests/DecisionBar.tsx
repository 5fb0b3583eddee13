import { Button, Input } from 'antd'
import type { TextAreaRef } from 'antd/es/input/TextArea'
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { HostId } from '#contract/ids.ts'
import type { Request } from '#contract/requests.ts'
import { useAct } from '#client/hooks.ts'
import { useHotkeys } from '#kit/hotkeys.ts'
import { Failed } from '#kit/states.tsx'
import { decide, LEAST_REASON, type DecisionKind } from './decision.ts'
import './decision-bar.css'

/** A key pressed this soon after another request came up was meant for the one before. */
const SETTLE_MS = 600

export type DecisionBarProps = {
  readonly request: Request
  readonly remark: string
  readonly onRemark: (remark: string) => void
  readonly hostId: HostId | null
  readonly hostName: string | null
  /** Why approval is not possible now, as a sentence; null: it is. */
  readonly blocked: string | null
  /** What approving does at once, as a sentence; null: it is not possible. */
  readonly outcome: string | null
  /** Why nothing can be decided now: cut off. */
  readonly isOff: boolean
  readonly onDecided: (after: Request) => void
  readonly onFailed: () => void
  readonly onStep: (by: 1 | -1) => void
}

const Key = ({ name }: { readonly name: string }) => (
  <kbd className="y-kbd" aria-hidden>
    {name}
  </kbd>
)

/** The decision as it is made: by a button or by a key, and without a remark only where none is needed. */
function useDecision(props: DecisionBarProps) {
  const { t } = useTranslation('requests')
  const { request, remark, blocked, isOff } = props
  const box = useRef<TextAreaRef>(null)
  const [wanted, setWanted] = useState<'return' | 'reject' | null>(null)
  const act = useAct(decide)
  const cameUp = useRef(performance.now())
  const { clear } = act
  useEffect(() => {
    cameUp.current = performance.now()
    setWanted(null)
    clear()
  }, [request.requestId, clear])

  const isReasoned = remark.trim().length >= LEAST_REASON
  const run = async (kind: DecisionKind) => {
    if (isOff || (kind === 'approve' && blocked !== null)) return
    if (kind !== 'approve' && !isReasoned) {
      setWanted(kind)
      box.current?.focus()
      return
    }
    const after = await act.run({ kind, request, remark, hostId: props.hostId })
    if (after) props.onDecided(after)
    else props.onFailed()
  }
  const byKey = (kind: DecisionKind) => (event: globalThis.KeyboardEvent) => {
    if (!event.repeat && performance.now() - cameUp.current > SETTLE_MS) void run(kind)
  }
  useHotkeys(t('keys'), [
    { keys: 'a', label: t('keyApprove'), run: byKey('approve') },
    { keys: 'r', label: t('keyReturn'), run: byKey('return') },
    { keys: 'x', label: t('keyReject'), run: byKey('reject') },
    { keys: 'm', label: t('keyRemark'), run: () => box.current?.focus() },
  ])
  return { box, wanted, setWanted, act, isReasoned, run }
}

function Verbs(props: {
  readonly bar: DecisionBarProps
  readonly isRunning: boolean
  readonly run: (kind: DecisionKind) => Promise<void>
}) {
  const { t } = useTranslation('requests')
  const { bar, isRunning, run } = props
  const { blocked, isOff } = bar
  return (
    <>
      <Button
        type="primary"
        disabled={blocked !== null || isOff}
        loading={isRunning}
        title={blocked ?? (bar.hostName ? t('approveTo', { host: bar.hostName }) : '')}
        onClick={() => void run('approve')}
      >
        <Key name="A" /> {t('approve')}
      </Button>
      <Button disabled={isOff || isRunning} onClick={() => void run('return')}>
        <Key name="R" /> {t('return')}
      </Button>
      <Button danger disabled={isOff || isRunning} onClick={() => void run('reject')}>
        <Key name="X" /> {t('reject')}
      </Button>
      <Button type="text" title={t('keyNext')} onClick={() => bar.onStep(1)}>
        <Key name="J" /> {t('next')}
      </Button>
    </>
  )
}

/** Remark and decision for the request above, by mouse or by one key each. */
export function DecisionBar(props: DecisionBarProps) {
  const { t } = useTranslation('requests')
  const { remark, blocked, isOff } = props
  const { box, wanted, setWanted, act, isReasoned, run } = useDecision(props)
  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Escape') {
      event.stopPropagation()
      setWanted(null)
      box.current?.blur()
    }
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && wanted) void run(wanted)
  }
  const hint = wanted ? t(`remarkFor.${wanted}`) : t('remarkHint')
  return (
    <footer className="requests-bar">
      {act.failure && <Failed failure={act.failure} />}
      <div className="requests-bar-line">
        <Input.TextArea
          ref={box}
          className="y-grow"
          data-wanted={wanted ?? undefined}
          aria-label={t('remark')}
          placeholder={hint}
          autoSize={{ minRows: 1, maxRows: 4 }}
          maxLength={500}
          value={remark}
          status={wanted && !isReasoned ? 'warning' : ''}
          onChange={event => props.onRemark(event.target.value)}
          onKeyDown={press}
        />
        <Verbs bar={props} isRunning={act.isRunning} run={run} />
      </div>
      <p className="requests-bar-note" role="status">
        {isOff
          ? t('staleHint')
          : wanted
            ? t(isReasoned ? `remarkFor.${wanted}` : 'reasonNeeded')
            : (blocked ?? props.outcome)}
      </p>
    </footer>
  )
}
