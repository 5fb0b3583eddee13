import { Button, Segmented, type InputRef } from 'antd'
import { useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Job } from '#contract/jobs.ts'
import { jobsFeed } from '#client/index.ts'
import { useLive } from '#client/hooks.ts'
import { Instant } from '#kit/Age.tsx'
import { formatDuration } from '#kit/format/index.ts'
import { useHotkeys } from '#kit/hotkeys.ts'
import { text, word } from '#kit/i18n/index.ts'
import { useFromNow } from '#kit/now.ts'
import { Page } from '#kit/Page.tsx'
import { PickList } from '#kit/pick-list/PickList.tsx'
import { usePinned } from '#kit/pick-list/use-pinned.ts'
import { hrefOf, useParam } from '#kit/router.ts'
import { SearchBox } from '#kit/SearchBox.tsx'
import { Empty, LiveGate, Skeleton, StaleNote } from '#kit/states.tsx'
import { jobSentence } from '#console/job-words.ts'
import { JobGlyph } from '#console/job-state.tsx'
import { JobPane } from './JobPane.tsx'
import { countJobs, isAtWork, isStuck, jobFilters, jobsInOrder, type JobFilter } from './order.ts'
import { jobProgress, tookMs } from './sentence.ts'
import './jobs.css'

const ITEM_PX = 82
const keyOf = (job: Job): string => job.jobId

function ItemFacts({ job }: { readonly job: Job }) {
  const { t } = useTranslation('jobs')
  const took = useFromNow(now => {
    const ms = isStuck(job) ? null : tookMs(job, now)
    return ms === null ? '' : formatDuration(isAtWork(job) ? Math.max(1_000, ms) : ms)
  })
  const { done, of, current } = jobProgress(job)
  const step =
    current && t(job.state === 'undoing' ? 'undoing' : 'step', { n: done + 1, of, name: word('jobStep', current.name) })
  return (
    <>
      <span className={isStuck(job) ? 'y-cut y-grow y-critical' : 'y-cut y-grow'}>
        {step ?? [word('jobState', job.state), job.hostName].join(' · ')}
      </span>
      <span>{took}</span>
    </>
  )
}

function JobItem({ job }: { readonly job: Job }) {
  return (
    <div className="y-pick-entry jobs-item">
      <div className="y-row">
        <JobGlyph state={job.state} isBare />
        <span className="y-cut y-grow" title={jobSentence(job)}>
          {jobSentence({ ...job, forWhom: null })}
        </span>
        <span className="y-second">
          <Instant at={job.createdAt} />
        </span>
      </div>
      <div className="y-row y-second">
        <span className="y-cut">{job.forWhom ?? text('jobs:forNobody')}</span>
      </div>
      <div className="y-row y-second">
        <ItemFacts job={job} />
      </div>
    </div>
  )
}

/** How the list was left; comes back as it was. */
const left: { filter: JobFilter; search: string } = { filter: 'all', search: '' }

function useChoices() {
  const [choices, setChoices] = useState({ ...left })
  const choose = (changes: Partial<typeof left>) => setChoices({ ...Object.assign(left, changes) })
  return { ...choices, choose }
}
type Choices = ReturnType<typeof useChoices>

function JobTools(props: Choices & { readonly counts: ReturnType<typeof countJobs> }) {
  const { t } = useTranslation('jobs')
  const { choose, counts } = props
  const box = useRef<InputRef>(null)
  useHotkeys(t('keys'), [{ keys: '/', label: t('keySearch'), run: () => box.current?.focus() }])
  return (
    <div className="y-pick-tools">
      <Segmented
        aria-label={t('show')}
        block
        value={props.filter}
        options={jobFilters.map(value => ({ value, label: `${t(`filter.${value}`)} ${counts[value]}` }))}
        onChange={filter => choose({ filter })}
      />
      <SearchBox ref={box} label={t('search')} value={props.search} onChange={search => choose({ search })} />
    </div>
  )
}

/** No job yet, or none that fits what is looked for. */
function Nothing({ isAll }: { readonly isAll: boolean }) {
  const { t } = useTranslation('jobs')
  if (!isAll) return <p className="y-second">{t('nothingFits')}</p>
  const act = <Button href={hrefOf('requests')}>{t('emptyAct')}</Button>
  return <Empty title={t('empty')} hint={t('emptyHint')} action={act} />
}

/** 任务: what is at work and what was done, and each job's steps. */
export function JobsPage() {
  const { t } = useTranslation('jobs')
  const live = useLive(jobsFeed)
  const [openKey, setOpen] = useParam('open')
  const { filter, search, choose } = useChoices()
  const { rows } = live.value
  const counts = useMemo(() => countJobs(rows.values()), [rows])
  const jobs = useMemo(() => jobsInOrder(rows.values(), filter, search), [rows, filter, search])
  const open = (openKey === null ? undefined : rows.get(openKey)) ?? jobs[0]
  usePinned(openKey, open?.jobId ?? null, setOpen)
  const step = (by: 1 | -1) => {
    const at = jobs.findIndex(job => job.jobId === open?.jobId)
    setOpen(jobs[Math.min(Math.max(at + by, 0), jobs.length - 1)]?.jobId ?? null)
  }
  useHotkeys(t('keys'), [
    { keys: 'j', label: t('keyNext'), run: () => step(1) },
    { keys: 'k', run: () => step(-1) },
  ])
  return (
    <Page title={t('title')} facts={t('facts', counts)} isFilled>
      <LiveGate live={live} skeleton={<Skeleton rows={10} height={56} />}>
        <StaleNote live={live} />
        <div className="y-pick-desk">
          <section className="y-pick-pane jobs-list" aria-label={t('title')}>
            <JobTools filter={filter} search={search} counts={counts} choose={choose} />
            <PickList
              id="jobs"
              label={t('title')}
              rows={jobs}
              keyOf={keyOf}
              itemPx={ITEM_PX}
              openKey={open?.jobId ?? null}
              onOpen={setOpen}
              item={job => <JobItem job={job} />}
              empty={<Nothing isAll={rows.size === 0} />}
            />
          </section>
          {open ? (
            <JobPane key={open.jobId} job={open} />
          ) : (
            <div className="jobs-pane">
              <Empty title={t('pick')} />
            </div>
          )}
        </div>
      </LiveGate>
    </Page>
  )
}
