import { useTranslation } from 'react-i18next'
import type { Job, JobStep, StepState } from '#contract/jobs.ts'
import { formatClock, formatDuration, formatExact } from '#kit/format/index.ts'
import { word } from '#kit/i18n/index.ts'
import { useFromNow } from '#kit/now.ts'
import { FaultNote } from '#kit/states.tsx'
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

/** libvirt's own words, as they came: people search for them. */
function HostWords({ step }: { readonly step: JobStep }) {
  const { t } = useTranslation('jobs')
  const said = step.fault?.data['message']
  if (!step.fault) return null
  return (
    <>
      <FaultNote fault={step.fault} />
      {typeof said === 'string' && (
        <p className="jobs-said">
          <span className="y-second">{t('said')}</span> <q className="y-mono">{said}</q>
        </p>
      )}
    </>
  )
}

function Step({ step, isShort }: { readonly step: JobStep; readonly isShort: boolean }) {
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
        {!isShort && (
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
        {!isShort && <HostWords step={step} />}
      </div>
    </li>
  )
}

/** A job's steps from first to last: how far it is, how long each took and, in full, what was called on the host. */
export function StepList({ job, isShort = false }: { readonly job: Job; readonly isShort?: boolean }) {
  return (
    <ol className="jobs-steps" data-short={isShort || undefined}>
      {job.steps.map(step => (
        <Step key={step.name} step={step} isShort={isShort} />
      ))}
    </ol>
  )
}
