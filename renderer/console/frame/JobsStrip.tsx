import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useLive } from '#client/hooks.ts'
import { jobsFeed } from '#client/index.ts'
import type { Job } from '#contract/jobs.ts'
import { word } from '#kit/i18n/index.ts'
import { hrefOf } from '#kit/router.ts'
import { StateGlyph } from '#kit/StateGlyph.tsx'
import { jobSentence } from '../job-words.ts'

const SHOWN = 3
const isOpen = (job: Job): boolean => job.state === 'running' || job.state === 'undoing' || job.state === 'queued'

function Item({ job }: { readonly job: Job }) {
  const { t } = useTranslation('frame')
  const done = job.steps.filter(step => step.state === 'done').length
  const present = job.steps.find(step => step.state === 'running')
  return (
    <a className="y-strip-job" href={hrefOf('jobs', { open: job.jobId })}>
      <StateGlyph shape="busy" tone="notice" label={word('jobState', job.state)} isBare />
      <span className="y-cut">{jobSentence(job)}</span>
      <progress max={Math.max(1, job.steps.length)} value={done} aria-label={jobSentence(job)} />
      <span className="y-second">
        {present ? word('jobStep', present.name) : t('step', { n: done, of: job.steps.length })}
      </span>
    </a>
  )
}

/** Running jobs, newest first, at the foot of every page. */
export function JobsStrip() {
  const { t } = useTranslation('frame')
  const { rows } = useLive(jobsFeed).value
  const { running, stuck } = useMemo(() => {
    const all = [...rows.values()]
    return {
      running: all.filter(isOpen).sort((a, b) => b.createdAt - a.createdAt),
      stuck: all.filter(job => job.state === 'stuck').length,
    }
  }, [rows])
  return (
    <footer className="y-strip" aria-label={t('jobsOpen')}>
      {stuck > 0 && (
        <a className="y-critical" href={hrefOf('jobs', { show: 'stuck' })}>
          <StateGlyph shape="warn" tone="critical" label={t('jobsStuck', { n: stuck })} />
        </a>
      )}
      {running.length === 0 && stuck === 0 && <span className="y-faint">{t('jobsNone')}</span>}
      {running.slice(0, SHOWN).map(job => (
        <Item key={job.jobId} job={job} />
      ))}
      <span className="y-grow" />
      {running.length > 0 && <a href={hrefOf('jobs')}>{t('jobsRunning', { n: running.length })}</a>}
    </footer>
  )
}
