import type { Overview } from '#contract/pools.ts'
import { platformOverview } from '#core/pools/index.ts'
import { waitingStates } from '#core/requests/index.ts'
import type { Core } from './core.ts'

/** Everything that the first screen shows, computed from what is known now. */
export function overviewOf(core: Core): Overview {
  const at = core.clock.now()
  const { pollIntervalMs } = core.site.settings()
  const hosts = core.fleet.hosts.rows()
  const byPlatform = Map.groupBy(hosts, host => host.platformId)
  const seen = hosts.flatMap(host => (host.seenAt === null ? [] : [host.seenAt]))
  const waiting = core.requestBoard.rows().filter(request => waitingStates.includes(request.state))
  const jobs = core.jobBoard.rows()
  const reserved = Map.groupBy(
    core.book.all().filter(grant => grant.state === 'reserved'),
    grant => grant.platformId,
  )
  return {
    at,
    pollIntervalMs,
    freshestAt: seen.length === 0 ? null : Math.max(...seen),
    platforms: core.knownPlatforms().map(platform => {
      const coming = reserved.get(platform.platformId) ?? []
      const reservedStorageBytes = coming.reduce((sum, grant) => sum + grant.amounts.storageBytes, 0)
      return platformOverview(platform, byPlatform.get(platform.platformId) ?? [], {
        at,
        pollIntervalMs,
        reservedStorageBytes,
      })
    }),
    alerts: [...core.fleet.alerts()],
    requestsWaiting: waiting.length,
    requestsLate: waiting.filter(request => request.deadlineAt < at).length,
    jobsRunning: jobs.filter(job => ['running', 'queued', 'undoing'].includes(job.state)).length,
    jobsStuck: jobs.filter(job => job.state === 'stuck').length,
  }
}
