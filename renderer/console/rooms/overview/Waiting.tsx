import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Overview, PlatformOverview } from '#contract/pools.ts'
import { hrefOf } from '#kit/router.ts'
import { StateGlyph } from '#kit/StateGlyph.tsx'
import { choosePlatform } from '#console/platform.tsx'
import { capacityTones } from './capacity-tones.ts'

type ItemProps = {
  readonly href: string
  readonly tone: string
  readonly onClick?: () => void
  readonly children: ReactNode
}

function Item({ href, tone, onClick, children }: ItemProps) {
  return (
    <a href={href} className="y-waits" data-tone={tone} onClick={onClick}>
      {children}
    </a>
  )
}

/** Capacities of a platform that are nearly or wholly promised or used up. */
const shortOf = (platform: PlatformOverview) =>
  (['cpu', 'memory', 'storage'] as const).flatMap(kind => {
    const { state } = platform[kind]
    return state === null || state === 'ample' ? [] : [{ platform, kind, state }]
  })

/** What needs somebody, in one line; each item leads to its place. */
export function Waiting({ overview }: { readonly overview: Overview }) {
  const { t } = useTranslation('overview')
  const { requestsWaiting, requestsLate, jobsStuck, jobsRunning, alerts, platforms } = overview
  const stale = platforms.reduce((sum, platform) => sum + platform.staleHosts, 0)
  const urgent = alerts.filter(alert => alert.severity !== 'notice').length
  const isCritical = alerts.some(alert => alert.severity === 'critical')
  const short = platforms.flatMap(shortOf)
  const isQuiet = requestsWaiting + jobsStuck + urgent + stale + short.length === 0
  return (
    <div className="y-waiting">
      {isQuiet && <StateGlyph shape="tick" tone="good" label={t('nothingWaits')} />}
      {requestsWaiting > 0 && (
        <Item href={hrefOf('requests')} tone={requestsLate > 0 ? 'warning' : 'notice'}>
          {t('waitingRequests', { n: requestsWaiting })}
          {requestsLate > 0 && t('waitingLate', { n: requestsLate })}
        </Item>
      )}
      {urgent > 0 && (
        <Item
          href={hrefOf('overview')}
          tone={isCritical ? 'critical' : 'warning'}
          onClick={() => document.getElementById('alerts')?.scrollIntoView()}
        >
          {t('waitingAlerts', { n: urgent })}
        </Item>
      )}
      {jobsStuck > 0 && (
        <Item href={hrefOf('jobs', { show: 'stuck' })} tone="critical">
          {t('waitingStuck', { n: jobsStuck })}
        </Item>
      )}
      {stale > 0 && (
        <Item href={hrefOf('hosts', { state: 'away' })} tone="warning">
          {t('waitingSilent', { n: stale })}
        </Item>
      )}
      {short.map(({ platform, kind, state }) => (
        <Item
          key={`${platform.platformId} ${kind}`}
          href={hrefOf('hosts')}
          tone={capacityTones[state]}
          onClick={() => choosePlatform(platform.platformId)}
        >
          {t('fullChip', { platform: platform.name, what: t(kind), state: t(`fullness.${state}`) })}
        </Item>
      ))}
      {jobsRunning > 0 && (
        <Item href={hrefOf('jobs')} tone="quiet">
          {t('jobsRunning', { n: jobsRunning })}
        </Item>
      )}
    </div>
  )
}
