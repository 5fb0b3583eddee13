import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useLive } from '#client/hooks.ts'
import { requestsFeed } from '#client/index.ts'
import type { Request } from '#contract/requests.ts'
import { formatBytes, formatCores, formatDuration } from '#kit/format/index.ts'
import { text } from '#kit/i18n/index.ts'
import { useFromNow } from '#kit/now.ts'
import { Card } from '#kit/Page.tsx'
import { hrefOf } from '#kit/router.ts'

const SHOWN = 6
const MINUTE_MS = 60_000

/** How long until the deadline or since, to the minute. */
function deadlineText(deadlineAt: number, now: number): string {
  const left = Math.floor((deadlineAt - now) / MINUTE_MS) * MINUTE_MS
  return left < 0
    ? text('overview:overdue', { duration: formatDuration(-left) })
    : text('overview:dueIn', { duration: formatDuration(Math.max(left, MINUTE_MS)) })
}

function Item({ request }: { readonly request: Request }) {
  const { t } = useTranslation('overview')
  const told = useFromNow(now => deadlineText(request.deadlineAt, now))
  const isLate = useFromNow(now => request.deadlineAt < now)
  const size = t('requestSize', {
    vcpus: formatCores(request.vcpus),
    memory: formatBytes(request.memoryBytes),
    disk: formatBytes(request.diskBytes),
  })
  return (
    <li>
      <a href={hrefOf('requests', { open: request.requestId })}>
        <span className="y-cut">
          <strong>{request.departmentName}</strong> {request.applicationName}
        </span>
        <span className="y-second">{size}</span>
        <span className={isLate ? 'y-warning' : 'y-second'}>{told}</span>
      </a>
    </li>
  )
}

/** Requests that wait for a decision, the most urgent first. */
export function WaitingRequests() {
  const { t } = useTranslation('overview')
  const live = useLive(requestsFeed)
  const { rows } = live.value
  const waiting = useMemo(
    () => [...rows.values()].filter(one => one.state === 'submitted').sort((a, b) => a.deadlineAt - b.deadlineAt),
    [rows],
  )
  if (live.phase === 'refused') return null
  return (
    <Card
      title={t('requests')}
      extra={waiting.length > 0 && <a href={hrefOf('requests')}>{t('allRequests', { n: waiting.length })}</a>}
    >
      {waiting.length === 0 && <p className="y-second">{t('noRequests')}</p>}
      <ul className="y-desk">
        {waiting.slice(0, SHOWN).map(request => (
          <Item key={request.requestId} request={request} />
        ))}
      </ul>
    </Card>
  )
}
