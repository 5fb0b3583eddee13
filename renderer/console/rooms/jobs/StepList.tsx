import { useTranslation } from 'react-i18next'
import type { Job, JobStep, StepState } from '#contract/jobs.ts'
import { sentenceOf } from '#kit/fault.ts'
import { formatClock, formatDuration, formatExact } from '#kit/format/index.ts'
import { word } from '#kit/i18n/index.ts'
import { useFromNow } from '#kit/now.ts'
import { StateGlyph, type Shape, type Tone } from '#kit/StateGlyph.tsx'
import { tookMs } from './sentence.ts'
import './jobs.css'

const looks: Readonly<Record<StepState, readonly [Shape, Tone]>> = {
  waiting: ['wait', 'quiet'],
  running: ['busy', 'notice'],
  done: ['tick', 'good'],
  failed: ['cross', 'critical'],
  unknown: ['ask', 'unknown'],
  undone: ['stop', 'quiet'],
}

/** How long it took; of a step that was taken back, when that was: its end is the undoing's. */
function Took({ step }: { readonly step: JobStep }) {
  const { t } = useTranslation('jobs')
  const took = useFromNow(now => {
    const ms = tookMs(step, now)
    return ms === null ? '' : formatDuration(step.endedAt === null ? Math.max(1_000, ms) : ms)
  })
  const says =
    step.state === 'undone' && step.endedAt !== null ? t('undoneAt', { at: formatClock(step.endedAt) }) : took
  return <span className="y-second jobs-step-took">{says}</span>
}

type Shown = {
  /** Names, states and durations only. */
  readonly isShort?: boolean
  readonly hasCommands?: boolean
}

function Step({ step, isShort = false, hasCommands = false }: Shown & { readonly step: JobStep }) {
  const { t } = useTranslation('jobs')
  const [shape, tone] = looks[step.state]
  return (
    <li className="jobs-step" data-state={step.state}>
      <StateGlyph shape={shape} tone={tone} label={word('stepState', step.state)} isBare />
      <div className="y-grow">
        <div className="y-row">
          <span className="y-grow">
            {word('jobStep', step.name)}{' '}
            {step.state !== 'done' && step.state !== 'waiting' && step.state !== 'undone' && (
              <span className="y-second">{word('stepState', step.state)}</span>
            )}
          </span>
          {!isShort && step.startedAt !== null && (
            <time className="y-faint" title={formatExact(step.startedAt)}>
              {formatClock(step.startedAt)}
            </time>
          )}
          <Took step={step} />
        </div>
        {hasCommands && (
          <dl className="jobs-plan">
            <div>
              <dt>{t('plan')}</dt>
              <dd className="y-mono">{step.plan}</dd>
            </div>
            {step.inverse !== null && (
              <div>
                <dt>{t('inverse')}</dt>
                <dd className="y-mono">{step.inverse}</dd>
              </div>
            )}
          </dl>
        )}
        {!isShort && step.fault && <p className="jobs-fault">{sentenceOf(step.fault).says}</p>}
      </div>
    </li>
  )
}

/** A job's steps from first to last: how far it is, how long each took and, in full, what was called on the host. */
export function StepList({ job, ...shown }: Shown & { readonly job: Job }) {
  return (
    <ol className="jobs-steps" data-short={shown.isShort || undefined}>
      {job.steps.map(step => (
        <Step key={step.name} step={step} {...shown} />
      ))}
    </ol>
  )
}
