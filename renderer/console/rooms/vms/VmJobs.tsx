import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useLive } from '#client/hooks.ts'
import { jobsFeed } from '#client/index.ts'
import { Instant } from '#kit/Age.tsx'
import { Section } from '#kit/Drawer.tsx'
import { word } from '#kit/i18n/index.ts'
import { hrefOf } from '#kit/router.ts'
import { JobGlyph } from '#console/job-state.tsx'

const SHOWN = 5

/** What was done to a machine of late, by whom and why; nothing when nothing was. */
export function VmJobs({ vmId }: { readonly vmId: string }) {
  const { t } = useTranslation('vms')
  const { rows } = useLive(jobsFeed).value
  const own = useMemo(
    () => [...rows.values()].filter(job => job.vmId === vmId).sort((a, b) => b.createdAt - a.createdAt),
    [rows, vmId],
  )
  if (own.length === 0) return null
  return (
    <Section title={t('recentJobs')}>
      <ul className="y-lines">
        {own.slice(0, SHOWN).map(job => (
          <li key={job.jobId}>
            <JobGlyph state={job.state} isBare />
            <a href={hrefOf('jobs', { open: job.jobId })}>{word('jobVerb', job.kind)}</a>
            <span className="y-cut y-grow y-second" title={job.reason}>
              {job.reason}
            </span>
            <span>{job.author}</span>
            <span className="y-second">
              <Instant at={job.createdAt} />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  )
}
