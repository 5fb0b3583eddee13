import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useLive } from '#client/hooks.ts'
import { jobsFeed } from '#client/index.ts'
import { Instant } from '#kit/Age.tsx'
import { Card } from '#kit/Page.tsx'
import { hrefOf } from '#kit/router.ts'
import { JobGlyph } from '#console/job-state.tsx'
import { jobSentence } from '#console/job-words.ts'

const SHOWN = 6

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
        {recent.map(job => (
          <li key={job.jobId}>
            <a href={hrefOf('jobs', { open: job.jobId })}>
              <span className="y-cut">{jobSentence(job)}</span>
              <JobGlyph state={job.state} />
              <span className="y-second">
                <Instant at={job.endedAt ?? job.createdAt} />
              </span>
            </a>
          </li>
        ))}
      </ul>
    </Card>
  )
}
