import { Button } from 'antd'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { ProbeStep } from '#contract/hosts.ts'
import { CopyButton } from '#kit/CopyButton.tsx'
import { formatBytes, formatDuration } from '#kit/format/index.ts'
import { text } from '#kit/i18n/index.ts'
import { Failed, FaultNote } from '#kit/states.tsx'
import { StateGlyph, type Shape, type Tone } from '#kit/StateGlyph.tsx'
import { keyCommand } from './key-command.ts'
import type { ProbeState } from './probe.ts'

const looks: Readonly<Record<ProbeStep['state'], readonly [Shape, Tone]>> = {
  waiting: ['wait', 'quiet'],
  running: ['busy', 'notice'],
  ok: ['tick', 'good'],
  failed: ['cross', 'critical'],
  asks: ['ask', 'warning'],
}
const CLOCK_ALARM_MS = 2_000

/** The key is not known yet: only somebody who can see the machine's own screen can say that it is the right one. */
function Ask(props: {
  readonly step: ProbeStep
  readonly fingerprint: string
  readonly onTrust: () => void
  readonly onRefuse: () => void
}) {
  const { t } = useTranslation('settings')
  const algorithm = props.step.fault?.data['algorithm']
  const command = keyCommand(typeof algorithm === 'string' ? algorithm : '')
  return (
    <div className="settings-ask" role="alert">
      <h3>{t('add.asksTitle')}</h3>
      <p className="y-second">{t('add.asksHint')}</p>
      <p className="settings-fingerprint y-mono">
        {typeof algorithm === 'string' && <span className="y-second">{algorithm} </span>}
        {props.fingerprint}
      </p>
      <p className="y-row">
        <code className="y-mono y-grow">{command}</code>
        <CopyButton isSmall text={command} label={t('add.copyCommand')} />
      </p>
      <div className="y-row">
        <Button type="primary" onClick={props.onTrust}>
          {t('add.asksTrust')}
        </Button>
        <Button danger onClick={props.onRefuse}>
          {t('add.asksStop')}
        </Button>
      </div>
    </div>
  )
}

function Step({ step }: { readonly step: ProbeStep }) {
  const { t } = useTranslation('settings')
  const [shape, tone] = looks[step.state]
  return (
    <li className="settings-step" data-state={step.state}>
      <StateGlyph shape={shape} tone={tone} label={t(`add.state.${step.state}`)} isBare />
      <div className="y-grow">
        <div className="y-row">
          <span>{t(`add.step.${step.step}`)}</span>
          <span className="y-second y-mono y-cut y-grow" title={step.found ?? undefined}>
            {step.found}
          </span>
          <span className="y-faint">{step.tookMs === null ? '' : formatDuration(step.tookMs)}</span>
        </div>
        {step.fault && step.state === 'failed' && <FaultNote fault={step.fault} />}
      </div>
    </li>
  )
}

function Found({ state }: { readonly state: ProbeState }) {
  const { t } = useTranslation('settings')
  const facts = state.probe?.facts
  if (!facts) return null
  const { clockOffsetMs: offset } = facts
  const isOff = offset !== null && Math.abs(offset) > CLOCK_ALARM_MS
  return (
    <div className="settings-found" role="status">
      <strong>{t('add.probed')}</strong>
      <span>
        {[
          t('add.foundHost', { hostname: facts.hostname }),
          [facts.model, facts.arch].filter(Boolean).join(' '),
          t('add.foundCpu', { model: facts.cpuModel ?? text('units:unknown'), threads: facts.cpuThreads }),
          t('add.foundMemory', { memory: formatBytes(facts.memoryBytes) }),
          t('add.foundVersion', { version: facts.libvirtVersion }),
          t('add.foundVms', { n: facts.vms }),
        ].join(' · ')}
      </span>
      {isOff && (
        <StateGlyph
          shape="warn"
          tone="warning"
          label={t('add.clockWarning', { offset: formatDuration(Math.abs(offset)) })}
        />
      )}
    </div>
  )
}

/** The test as it goes: each step with its time, what it found, and for the one that failed why and what to do. */
export function ProbeSteps(props: {
  readonly state: ProbeState
  readonly isRefused: boolean
  readonly onTrust: (fingerprint: string) => void
  readonly onRefuse: () => void
}) {
  const { t } = useTranslation('settings')
  const { state } = props
  const box = useRef<HTMLDivElement>(null)
  // What came of it, or what is asked, comes into sight.
  useEffect(() => void box.current?.scrollIntoView({ block: 'nearest' }), [state.phase])
  if (!state.probe) return state.failure ? <Failed failure={state.failure} /> : null
  const { steps, fingerprint } = state.probe
  const asking = steps.find(step => step.state === 'asks')
  const asked = fingerprint ?? asking?.fault?.data['fingerprint']
  return (
    <div ref={box} className="settings-probe" aria-live="polite">
      <ol>
        {steps.map(step => (
          <Step key={step.step} step={step} />
        ))}
      </ol>
      {asking && typeof asked === 'string' && !props.isRefused && (
        <Ask step={asking} fingerprint={asked} onTrust={() => props.onTrust(asked)} onRefuse={props.onRefuse} />
      )}
      {props.isRefused && <p className="y-warning">{t('add.asksStopped')}</p>}
      {state.failure && <Failed failure={state.failure} />}
      {state.phase === 'passed' && <Found state={state} />}
    </div>
  )
}
