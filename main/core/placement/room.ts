import {
  heldInReserve,
  poolKey,
  poolRoomBytes,
  promisableMemoryBytes,
  promisableStorageBytes,
  promisableVcpus,
} from '#core/pools/index.ts'
import type { HostRoom, PlacementHost, PlacementPlatform, ReserveRoom, Room } from './model.ts'

/** What one host may still promise, by resource, the reserve left aside. */
export function roomOn(platform: PlacementPlatform, host: PlacementHost): HostRoom {
  return {
    cpu: roomOf(promisableVcpus(host.cpuThreads, platform.cpuOvercommit), host.promisedVcpus),
    memory: roomOf(promisableMemoryBytes(host.memoryBytes), host.promisedMemoryBytes),
    pool: roomiestPool(host),
  }
}

/** What each architecture may still promise with the reserve kept; of an unknown architecture nothing is known. */
export function reserveRooms(
  platform: PlacementPlatform,
  hosts: readonly PlacementHost[],
): ReadonlyMap<string | null, ReserveRoom> {
  const groups = Map.groupBy(hosts, host => host.arch)
  const rooms = new Map<string | null, ReserveRoom>()
  for (const [arch, group] of groups) {
    if (arch === null) {
      rooms.set(arch, { cpu: null, memory: null, mayBeMore: true })
      continue
    }
    const cpuOf = (host: PlacementHost) => promisableVcpus(host.cpuThreads, platform.cpuOvercommit)
    const memoryOf = (host: PlacementHost) => promisableMemoryBytes(host.memoryBytes)
    rooms.set(arch, {
      cpu: groupRoom(platform, group, cpuOf, host => host.promisedVcpus),
      memory: groupRoom(platform, group, memoryOf, host => host.promisedMemoryBytes),
      mayBeMore: groups.has(null) || group.some(host => host.cpuThreads === null || host.memoryBytes === null),
    })
  }
  return rooms
}

function groupRoom(
  platform: PlacementPlatform,
  group: readonly PlacementHost[],
  promisable: (host: PlacementHost) => number | null,
  promised: (host: PlacementHost) => number,
): ReserveRoom['cpu'] {
  const members = group.map(host => ({ promisable: promisable(host), isReachable: host.isReachable }))
  const held = heldInReserve(members, platform.reserveHosts)
  if (held === null) return null
  const limit = members.reduce((sum, member) => sum + (member.promisable ?? 0), 0)
  const taken = group.reduce((sum, host) => sum + promised(host), 0)
  return { limit, promised: taken, held, left: Math.max(0, limit - taken - held) }
}

function roomOf(limit: number | null, promised: number): Room | null {
  return limit === null ? null : { limit, promised, left: Math.max(0, limit - promised) }
}

function roomiestPool(host: PlacementHost): HostRoom['pool'] {
  let best: HostRoom['pool'] = null
  for (const pool of host.pools) {
    const left = poolRoomBytes(pool)
    const limit = promisableStorageBytes(pool.capacityBytes)
    if (!pool.isActive || left === null || limit === null) continue
    if (best === null || left > best.left || (left === best.left && pool.name < best.name))
      best = { name: pool.name, limit, promised: pool.promisedBytes ?? 0, left }
  }
  return best
}

/** Every active pool whose figures are known, once; where hosts report different room in a shared one, the least. */
export function storesOf(hosts: readonly PlacementHost[]): Room[] {
  const stores = new Map<string, Room>()
  for (const host of hosts)
    for (const pool of host.pools) {
      const limit = promisableStorageBytes(pool.capacityBytes)
      const left = poolRoomBytes(pool)
      if (!pool.isActive || limit === null || left === null) continue
      const key = poolKey(host.hostId, pool)
      if (left < (stores.get(key)?.left ?? Infinity))
        stores.set(key, { limit, promised: pool.promisedBytes ?? 0, left })
    }
  return [...stores.values()]
}
