import { Button, Switch } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Job } from '#contract/jobs.ts'
import { requestsFeed, rpc } from '#client/index.ts'
import { useAct, useMay, useRow } from '#client/hooks.ts'
import { Instant } from '#kit/Age.tsx'
import { Facts, Section } from '#kit/Drawer.tsx'
import { formatDuration } from '#kit/format/index.ts'
import { useHotkeys } from '#kit/hotkeys.ts'
import { memory } from '#kit/memory.ts'
import { useFromNow } from '#kit/now.ts'
import { hrefOf } from '#kit/router.ts'
import { ReasonForm } from '#kit/ReasonForm.tsx'
import { FaultNote } from '#kit/states.tsx'
import { StateGlyph, type Shape, type Tone } from '#kit/StateGlyph.tsx'
import { jobSentence } from '#console/job-words.ts'
import { JobGlyph } from '#console/job-state.tsx'
import { StepList } from './StepList.tsx'
import { tookMs, whatExists, willDo, type Remain } from './sentence.ts'

const remains: Readonly<Record<Remain['exists'], readonly [Shape, Tone]>> = {
  yes: ['tick', 'good'],
  no: ['stop', 'quiet'],
  unknown: ['ask', 'unknown'],
}

function Exists({ job }: { readonly job: Job }) {
  const { t } = useTranslation('jobs')
  const there = whatExists(job)
  if (there.length === 0) return null
  return (
    <Section title={t('now')}>
      <ul className="jobs-exists">
        {there.map(({ what, exists, says }) => (
          <li key={what}>
            <StateGlyph shape={remains[exists][0]} tone={remains[exists][1]} label={says} />
          </li>
        ))}
      </ul>
    </Section>
  )
}

type Act = 'resume' | 'undo' | 'abandon'
const acts: readonly Act[] = ['resume', 'undo', 'abandon']
const keys: Readonly<Record<Act, string>> = { resume: 'c', undo: 'u', abandon: 'b' }

/** A half-done job and the three ways to go on, each with its ground. */
function Stuck({ job }: { readonly job: Job }) {
  const { t } = useTranslation('jobs')
  const mayAct = useMay(['operator'])
  const [chosen, setChosen] = useState<Act | null>(null)
  const { jobId } = job
  const mayUndo = job.steps.some(step => step.inverse !== null)
  const offered = acts.filter(act => act !== 'undo' || mayUndo)
  const decide = useAct(({ act, reason }: { act: Act; reason: string }) => rpc.jobs[act]({ jobId, reason }))
  useHotkeys(
    t('keys'),
    mayAct
      ? [
          { keys: keys.resume, label: t('keyResume'), run: () => setChosen('resume') },
          ...(mayUndo ? [{ keys: keys.undo, label: t('keyUndo'), run: () => setChosen('undo') }] : []),
          { keys: keys.abandon, label: t('keyAbandon'), run: () => setChosen('abandon') },
        ]
      : [],
  )
  return (
    <section className="jobs-stuck">
      <h3>{t('stuckTitle')}</h3>
      {job.fault && <FaultNote fault={job.fault} />}
      <p className="y-second">{mayAct ? t('stuckHint') : t('stuckNoRole')}</p>
      {mayAct && chosen === null && (
        <div className="jobs-choices">
          {offered.map(act => (
            <div key={act}>
              <Button type={act === 'resume' ? 'primary' : 'default'} onClick={() => setChosen(act)}>
                <kbd className="y-kbd" aria-hidden>
                  {keys[act].toUpperCase()}
                </kbd>{' '}
                {t(act)}
              </Button>
              <p className="y-second">{t(`${act}Hint`)}</p>
            </div>
          ))}
        </div>
      )}
      {chosen !== null && (
        <ReasonForm
          key={chosen}
          verb={t(chosen)}
          explains={[t(`${chosen}Hint`), willDo(job, chosen)].filter(Boolean).join(t('stop'))}
          isDangerous={chosen === 'undo'}
          isRunning={decide.isRunning}
          failure={decide.failure}
          onSubmit={reason => void decide.run({ act: chosen, reason }).then(() => undefined)}
          onCancel={() => {
            setChosen(null)
            decide.clear()
          }}
        />
      )}
    </section>
  )
}

/** How it ended, or how long it has been at it. */
function Outcome({ job }: { readonly job: Job }) {
  const { t } = useTranslation('jobs')
  const duration = useFromNow(now => formatDuration(Math.max(1_000, tookMs(job, now) ?? 0)))
  switch (job.state) {
    case 'queued':
      return t('queuedHint')
    case 'running':
    case 'undoing':
      return t('takes', { duration })
    case 'done':
      return t('outcome.done', { duration: formatDuration(tookMs(job, 0) ?? 0) })
    case 'stuck':
      return null
    case 'undone':
    case 'failed':
    case 'abandoned':
    case 'superseded':
      return t(`outcome.${job.state}`)
  }
}

const hasFailed: ReadonlySet<Job['state']> = new Set(['undoing', 'undone', 'failed', 'abandoned'])

/** Whether the commands stand with the steps: long, full of identifiers, and wanted by few. Remembered. */
function useCommandsChoice() {
  const [isShown, setShown] = useState(() => memory.get('jobs.commands', false, value => typeof value === 'boolean'))
  const choose = (next: boolean) => {
    memory.set('jobs.commands', next)
    setShown(next)
  }
  return [isShown, choose] as const
}

/** One job in full: what it is, how far it came, what it called on the host, and what a person may decide. */
export function JobPane({ job }: { readonly job: Job }) {
  const { t } = useTranslation('jobs')
  const request = useRow(requestsFeed, job.requestId)
  const [hasCommands, setCommands] = useCommandsChoice()
  return (
    <section className="jobs-pane" aria-label={jobSentence(job)}>
      <header>
        <h2>{jobSentence(job)}</h2>
        <p className="y-row">
          <JobGlyph state={job.state} />
          <span className="y-second">
            <Outcome job={job} />
          </span>
        </p>
      </header>
      {job.state === 'stuck' && <Stuck job={job} />}
      {hasFailed.has(job.state) && job.fault && <FaultNote fault={job.fault} />}
      {job.state !== 'done' && <Exists job={job} />}
      <Section
        title={t('steps')}
        extra={
          <label className="jobs-commands y-second">
            <Switch size="small" checked={hasCommands} onChange={setCommands} /> {t('commands')}
          </label>
        }
      >
        <StepList job={job} hasCommands={hasCommands} />
      </Section>
      <Section title={t('about')}>
        <Facts
          facts={[
            [t('host'), <a href={hrefOf('hosts', { open: job.hostId })}>{job.hostName}</a>],
            [t('vm'), <a href={hrefOf('vms', { open: job.vmId })}>{job.vmName}</a>],
            [t('author'), job.author],
            [t('reason'), job.reason],
            ...(job.requestId === null
              ? []
              : ([
                  [
                    t('request'),
                    <a href={hrefOf('requests', { open: job.requestId })}>{request?.number ?? t('requestOpen')}</a>,
                  ],
                ] as const)),
            [t('created'), <Instant at={job.createdAt} />],
            ...(job.endedAt === null ? [] : ([[t('ended'), <Instant at={job.endedAt} />]] as const)),
          ]}
        />
      </Section>
    </section>
  )
}
