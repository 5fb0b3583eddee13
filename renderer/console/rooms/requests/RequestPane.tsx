import { useTranslation } from 'react-i18next'
import type { Request, Review } from '#contract/requests.ts'
import { Age, Instant } from '#kit/Age.tsx'
import { Facts, Section } from '#kit/Drawer.tsx'
import { formatBytes, formatCores, formatExact, formatInstant, formatPercent } from '#kit/format/index.ts'
import { text, word } from '#kit/i18n/index.ts'
import { useFromNow } from '#kit/now.ts'
import { hrefOf } from '#kit/router.ts'
import { Meter } from '#kit/Bar.tsx'
import { FaultNote } from '#kit/states.tsx'
import { Deadline, RequestGlyph } from './request-state.tsx'
import { termOf } from './size.ts'
import { isWaiting } from './queue.ts'
import './request-pane.css'

/** A machine that does next to nothing: worth asking about before another one is granted. */
const QUIET = 0.1

type Machine = Review['machines'][number]
const isOff = ({ state }: Machine): boolean => state !== null && state !== 'running' && state !== 'blocked'

/** How busy a machine is; of one that does not run, its state. */
function busyText(machine: Machine): string {
  const { state, cpuFraction } = machine
  if (state === null) return text('units:unknown')
  return isOff(machine) ? word('vmState', state) : text('requests:machineCpu', { percent: formatPercent(cpuFraction) })
}

/** `11-26 13:06 前`: a deadline as an instant, for those who plan their day by the clock. */
function DueAt({ at }: { readonly at: number }) {
  const { t } = useTranslation('requests')
  return useFromNow(now => t('dueAt', { at: formatInstant(at, now) }))
}

function Machines({ machines }: { readonly machines: Review['machines'] }) {
  const { t } = useTranslation('requests')
  const cores = formatCores(machines.reduce((sum, one) => sum + one.vcpus, 0))
  const memory = formatBytes(machines.reduce((sum, one) => sum + one.memoryBytes, 0))
  const quiet = machines.filter(one => !isOff(one) && one.cpuFraction !== null && one.cpuFraction < QUIET).length
  const off = machines.filter(isOff).length
  if (machines.length === 0) return <p className="y-second">{t('machinesNone')}</p>
  return (
    <>
      <p className="y-second">
        {t('machinesBusy', { n: machines.length, cores, memory })}
        {quiet > 0 && t('machineQuiet', { n: quiet })}
        {off > 0 && t('machineOff', { n: off })}
      </p>
      <ul className="requests-machines">
        {machines.map(one => (
          <li key={one.vmId}>
            <a className="y-cut" href={hrefOf('vms', { open: one.vmId })}>
              {one.name}
            </a>
            <span className="y-second">{[formatCores(one.vcpus), formatBytes(one.memoryBytes)].join(' · ')}</span>
            {isOff(one) ? (
              <span />
            ) : (
              <Meter
                used={one.cpuFraction}
                of={one.cpuFraction === null ? null : 1}
                label={t('machineCpu', { percent: formatPercent(one.cpuFraction) })}
              />
            )}
            <span className={isOff(one) ? 'y-second' : undefined}>{busyText(one)}</span>
          </li>
        ))}
      </ul>
    </>
  )
}

function History({ request }: { readonly request: Request }) {
  const { t } = useTranslation('requests')
  return (
    <ol className="requests-history">
      {request.history.map((entry, i) => (
        <li key={`${entry.at}${i}`}>
          <Instant at={entry.at} />
          <div>
            <span>{t(`action.${entry.action}`)}</span> <span className="y-second">{entry.by}</span>
            {entry.reason && <p className="requests-quote">{entry.reason}</p>}
          </div>
        </li>
      ))}
    </ol>
  )
}

/** The request as the department wrote it, what has happened to it, and the department's own machines. */
export function RequestPane(props: { readonly request: Request; readonly review: Review | null }) {
  const { t } = useTranslation('requests')
  const { request, review } = props
  const size = [
    [t('vcpus'), formatCores(request.vcpus)],
    [t('memory'), formatBytes(request.memoryBytes)],
    [t('disk'), formatBytes(request.diskBytes)],
  ] as const
  return (
    <>
      <header className="requests-head">
        <h2 className="y-cut" title={request.vmName}>
          {request.departmentName} · {request.applicationName}
        </h2>
        <p className="y-row y-second">
          <RequestGlyph state={request.state} />
          <span>{request.number}</span>
          <span>
            {t('enteredBy')} {request.enteredByName} · <Age at={request.submittedAt} />
          </span>
          {isWaiting(request) && (
            <span title={formatExact(request.deadlineAt)}>
              <Deadline request={request} />
              <DueAt at={request.deadlineAt} />
            </span>
          )}
        </p>
      </header>
      {request.fault && request.state === 'failed' && <FaultNote fault={request.fault} />}
      <blockquote className="requests-purpose">{request.purpose}</blockquote>
      <dl className="requests-size">
        {size.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Facts
        facts={[
          [t('vm'), request.vmName],
          [t('platform'), request.platformName],
          [t('application'), `${request.applicationName}（${t('level', { level: request.level })}）`],
          [t('arch'), word('arch', request.arch)],
          [t('network'), request.network ?? t('noNetwork')],
          [t('termLabel'), termOf(request)],
        ]}
      />
      <Section title={t('history')}>
        <History request={request} />
      </Section>
      {review && isWaiting(request) && (
        <Section title={t('machines')}>
          <Machines machines={review.machines} />
        </Section>
      )}
    </>
  )
}
