import { useTranslation } from 'react-i18next'
import type { Request } from '#contract/requests.ts'
import { jobsFeed } from '#client/index.ts'
import { useLive } from '#client/hooks.ts'
import { formatDuration } from '#kit/format/index.ts'
import { useFromNow } from '#kit/now.ts'
import { hrefOf } from '#kit/router.ts'
import { FaultNote, Skeleton } from '#kit/states.tsx'
import { StateGlyph } from '#kit/StateGlyph.tsx'
import { StepList } from '../jobs/StepList.tsx'
import './progress.css'

/** Time from the approval until the machine was seen running; null while it is not. */
function grantedAfterMs(request: Request): number | null {
  const at = request.history.findLast(entry => entry.action === 'granted')?.at
  return at === undefined || request.decidedAt === null ? null : at - request.decidedAt
}

function Outcome({ request, isStuck }: { readonly request: Request; readonly isStuck: boolean }) {
  const { t } = useTranslation('requests')
  const took = grantedAfterMs(request)
  const running = useFromNow(now => formatDuration(Math.max(1_000, now - (request.decidedAt ?? now))))
  if (request.state === 'granted' && took !== null) {
    return <StateGlyph shape="tick" tone="good" label={t('progressDone', { duration: formatDuration(took) })} />
  }
  if (isStuck) return <StateGlyph shape="warn" tone="critical" label={t('progressStuck')} />
  if (request.state === 'allocating') {
    return <StateGlyph shape="busy" tone="notice" label={t('progressRuns', { duration: running })} />
  }
  return <StateGlyph shape="warn" tone="critical" label={t('progressFailed')} />
}

/** What became of an approval, live: the job's steps until the machine runs. */
export function Progress({ request }: { readonly request: Request }) {
  const { t } = useTranslation('requests')
  const live = useLive(jobsFeed)
  const job = request.jobId === null ? undefined : live.value.rows.get(request.jobId)
  return (
    <section className="requests-block">
      <div className="y-row">
        <h3 className="y-grow">{t('progress')}</h3>
        {request.jobId && <a href={hrefOf('jobs', { open: request.jobId })}>{t('openJob')}</a>}
        {request.state === 'granted' && request.vmId && (
          <a href={hrefOf('vms', { open: request.vmId })}>{t('openVm')}</a>
        )}
      </div>
      <p className="requests-outcome">
        <Outcome request={request} isStuck={job?.state === 'stuck'} />
      </p>
      {job ? (
        <>
          {job.state === 'stuck' && job.fault && <FaultNote fault={job.fault} />}
          <p className="y-second requests-on-host">{t('onHost', { host: job.hostName })}</p>
          <StepList job={job} isShort />
        </>
      ) : (
        live.phase === 'loading' && <Skeleton rows={4} height={24} />
      )}
      {request.state === 'failed' && <p className="y-second">{t('progressAgain')}</p>}
    </section>
  )
}
