import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useLive } from '#client/hooks.ts'
import { jobsFeed } from '#client/index.ts'
import type { Job } from '#contract/jobs.ts'
import { Instant } from '#kit/Age.tsx'
import { word } from '#kit/i18n/index.ts'
import { Card } from '#kit/Page.tsx'
import { hrefOf } from '#kit/router.ts'
import { StateGlyph, type Shape, type Tone } from '#kit/StateGlyph.tsx'
import { jobSentence } from '#console/job-words.ts'

const SHOWN = 6

const looks: Readonly<Record<Job['state'], readonly [Shape, Tone]>> = {
  queued: ['wait', 'quiet'],
  running: ['busy', 'notice'],
  undoing: ['busy', 'warning'],
  done: ['tick', 'good'],
  undone: ['cross', 'warning'],
  failed: ['cross', 'critical'],
  stuck: ['warn', 'critical'],
  abandoned: ['stop', 'quiet'],
  superseded: ['stop', 'quiet'],
}

/** What was changed last, and what became of it. */
export function RecentJobs() {
  const { t } = useTranslation('overview')
  const live = useLive(jobsFeed)
  const { rows } = live.value
  const recent = useMemo(() => [...rows.values()].sort((a, b) => b.createdAt - a.createdAt).slice(0, SHOWN), [rows])
  return (
    <Card title={t('recentJobs')} extra={recent.length > 0 && <a href={hrefOf('jobs')}>{t('allJobs')}</a>}>
      {recent.length === 0 && live.phase !== 'loading' && <p className="y-second">{t('noJobs')}</p>}
      <ul className="y-desk">
        {recent.map(job => {
          const [shape, tone] = looks[job.state]
          return (
            <li key={job.jobId}>
              <a href={hrefOf('jobs', { open: job.jobId })}>
                <span className="y-cut">{jobSentence(job)}</span>
                <StateGlyph shape={shape} tone={tone} label={word('jobState', job.state)} />
                <span className="y-second">
                  <Instant at={job.endedAt ?? job.createdAt} />
                </span>
              </a>
            </li>
          )
        })}
      </ul>
    </Card>
  )
}
