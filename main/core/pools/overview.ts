import type { Host, StoragePool } from '#contract/hosts.ts'
import type { Capacity, PlatformOverview } from '#contract/pools.ts'
import type { Platform } from '#contract/site.ts'
import { fullness } from './fullness.ts'
import { promisableMemoryBytes, promisableStorageBytes, promisableVcpus } from './promisable.ts'
import { heldInReserve } from './reserve.ts'
import { poolKey } from './shared-pool.ts'

export type OverviewMoment = {
  /** ms since 1970, UTC. */
  readonly at: number
  readonly pollIntervalMs: number
  /** Disks that are granted and have no volume yet: no pool's figures show them. */
  readonly reservedStorageBytes?: number
}

/**
 * One platform's capacity, as sums over its hosts' last known figures.
 *
 * - A figure that no host has is null, never zero; hosts without it add nothing to a sum that others have.
 * - cpu: threads, vCPUs for what is promised, busy threads for `used`. memory, storage: bytes.
 * - `promisable` = Σ of what each host or pool may promise − `reserve`, at least 0.
 * - `reserve` is held back within each architecture by itself (see `heldInReserve`); a host of unknown architecture
 *   stands alone. Hosts that are still connecting count as reachable: after a start everything is connecting. Storage
 *   has none: the disks of a lost host are lost with it, and free space elsewhere does not bring them back; so its
 *   reserve is 0 where its size is known.
 * - Only active pools count; one that several hosts share counts once, with the figures of the host seen last.
 * - A host is stale from the moment its figures are older than two polls, and while it was never seen.
 *
 * @throws {RangeError} when a host belongs to another platform
 */
export function platformOverview(platform: Platform, hosts: readonly Host[], moment: OverviewMoment): PlatformOverview {
  const stranger = hosts.find(host => host.platformId !== platform.platformId)
  if (stranger) throw new RangeError(`host ${stranger.hostId} is not of platform ${platform.platformId}`)
  return {
    platformId: platform.platformId,
    name: platform.name,
    hostsUp: hosts.filter(host => host.state === 'up').length,
    hostsTotal: hosts.length,
    vmsRunning: hosts.reduce((sum, host) => sum + (host.state === 'up' ? host.vmsRunning : 0), 0),
    vmsUnknown: hosts.reduce((sum, host) => sum + (host.state === 'up' ? 0 : host.vmsTotal), 0),
    vmsTotal: hosts.reduce((sum, host) => sum + host.vmsTotal, 0),
    cpu: cpuCapacity(platform, hosts),
    memory: memoryCapacity(platform, hosts),
    storage: storageCapacity(hosts, moment.reservedStorageBytes ?? 0),
    staleHosts: hosts.filter(host => isStale(host, moment)).length,
  }
}

function isStale(host: Host, { at, pollIntervalMs }: OverviewMoment): boolean {
  // A moment still to come was taken down before our clock was set back: how old it is, nobody knows.
  return host.seenAt === null || Math.abs(at - host.seenAt) > 2 * pollIntervalMs
}

function cpuCapacity(platform: Platform, hosts: readonly Host[]): Capacity {
  const promisable = (host: Host) => promisableVcpus(host.cpuThreads, platform.cpuOvercommit)
  return withState({
    physical: sumKnown(hosts, host => host.cpuThreads),
    promised: sumKnown(hosts, host => promisedKnown(host, host.promisedVcpus)),
    used: sumKnown(hosts, host =>
      host.cpuThreads === null || host.cpuFraction === null ? null : host.cpuThreads * host.cpuFraction,
    ),
    ...withReserve(platform, hosts, promisable),
  })
}

function memoryCapacity(platform: Platform, hosts: readonly Host[]): Capacity {
  return withState({
    physical: sumKnown(hosts, host => host.memoryBytes),
    promised: sumKnown(hosts, host => promisedKnown(host, host.promisedMemoryBytes)),
    used: sumKnown(hosts, host => host.memoryUsedBytes),
    ...withReserve(platform, hosts, host => promisableMemoryBytes(host.memoryBytes)),
  })
}

function storageCapacity(hosts: readonly Host[], reservedBytes: number): Capacity {
  const stores = distinctPools(hosts)
  const promised = sumKnown(stores, pool => pool.promisedBytes)
  const physical = sumKnown(stores, pool => pool.capacityBytes)
  return withState({
    physical,
    promised: promised === null && reservedBytes === 0 ? null : (promised ?? 0) + reservedBytes,
    used: sumKnown(stores, pool => pool.usedBytes),
    promisable: sumKnown(stores, pool => promisableStorageBytes(pool.capacityBytes)),
    reserve: physical === null ? null : 0,
  })
}

/** A host that never answered has told us of no machine; what was reserved on it is known all the same. */
function promisedKnown(host: Host, promised: number): number | null {
  return host.seenAt === null && promised === 0 ? null : promised
}

function withReserve(platform: Platform, hosts: readonly Host[], promisable: (host: Host) => number | null) {
  const groups = [...Map.groupBy(hosts, host => host.arch ?? `@${host.hostId}`).values()]
  const reserve = sumKnown(groups, group =>
    heldInReserve(
      group.map(host => ({
        promisable: promisable(host),
        isReachable: host.state === 'up' || host.state === 'connecting',
      })),
      platform.reserveHosts,
    ),
  )
  const total = sumKnown(hosts, promisable)
  return { reserve, promisable: total === null ? null : Math.max(0, total - (reserve ?? 0)) }
}

function distinctPools(hosts: readonly Host[]): StoragePool[] {
  const lastSeenFirst = hosts.toSorted((a, b) => (b.seenAt ?? 0) - (a.seenAt ?? 0))
  const stores = new Map<string, StoragePool>()
  for (const host of lastSeenFirst)
    for (const pool of host.pools) {
      const key = poolKey(host.hostId, pool)
      if (pool.isActive && !stores.has(key)) stores.set(key, pool)
    }
  return [...stores.values()]
}

const withState = (amounts: Omit<Capacity, 'state'>): Capacity => ({ ...amounts, state: fullness(amounts) })

/** Null when nothing is known of any of them. */
function sumKnown<T>(items: readonly T[], amount: (item: T) => number | null): number | null {
  return items.reduce<number | null>((sum, item) => {
    const known = amount(item)
    return known === null ? sum : (sum ?? 0) + known
  }, null)
}
