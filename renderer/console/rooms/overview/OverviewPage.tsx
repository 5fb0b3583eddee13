import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useLive } from '#client/hooks.ts'
import { hostsFeed, overviewSource } from '#client/index.ts'
import type { Overview } from '#contract/pools.ts'
import { Page } from '#kit/Page.tsx'
import { LiveGate, Skeleton, StaleNote } from '#kit/states.tsx'
import { Alerts } from './Alerts.tsx'
import { FirstSteps } from './FirstSteps.tsx'
import { HeatMap } from './HeatMap.tsx'
import { NoHosts } from './NoHosts.tsx'
import { PlatformPanel } from './PlatformPanel.tsx'
import { RecentJobs } from './RecentJobs.tsx'
import { Waiting } from './Waiting.tsx'
import '#console/machine.css'
import { WaitingRequests } from './WaitingRequests.tsx'
import './overview.css'

const isEmpty = (overview: Overview): boolean => overview.platforms.every(platform => platform.hostsTotal === 0)

function Known({ overview }: { readonly overview: Overview }) {
  const hosts = useLive(hostsFeed).value.rows
  const all = useMemo(() => [...hosts.values()], [hosts])
  if (isEmpty(overview)) return <NoHosts />
  return (
    <>
      <FirstSteps />
      <div className="y-panels">
        {overview.platforms.map(platform => (
          <PlatformPanel key={platform.platformId} platform={platform} />
        ))}
      </div>
      <div className="y-overview-lower">
        <div>
          <HeatMap hosts={all} platforms={overview.platforms} />
          <RecentJobs />
        </div>
        <div>
          <Alerts alerts={overview.alerts} />
          <WaitingRequests />
        </div>
      </div>
    </>
  )
}

/** The first page: what waits, what there is, what is wrong. */
export function OverviewPage() {
  const { t } = useTranslation('overview')
  const live = useLive(overviewSource)
  const overview = live.value
  return (
    <Page title={t('title')} facts={overview && !isEmpty(overview) && <Waiting overview={overview} />}>
      <StaleNote live={live} />
      <LiveGate live={live} skeleton={<Skeleton rows={10} height={48} />}>
        {overview && <Known overview={overview} />}
      </LiveGate>
    </Page>
  )
}
