import { isSharedPool, poolKey, poolRoomBytes } from '#core/pools/index.ts'
import type { Assessment, PlacementNeed, PlacementPool, ReserveRoom } from './model.ts'

/** Beyond this nobody counts. */
const MOST = 999

type Placed = {
  readonly need: PlacementNeed
  /** The host that takes the first one. */
  readonly chosen: Assessment
  /** Null: the platform holds nothing back. */
  readonly reserve: ReserveRoom | null
}

/**
 * How many more machines of this size fit after the first one, 999 at most. All are alike, so the order of placing
 * does not matter and each host is counted once: O(hosts), with the same answer as placing one after the other.
 * Pools that several hosts share are used after a host's own, host by host; where hosts share different sets of pools
 * that may count too little, never too much.
 *
 * @param candidates  hosts that pass the rules that are not amounts
 */
export function countMoreLikeThis(candidates: readonly Assessment[], placed: Placed): number {
  const shared = sharedStores(candidates, placed)
  let count = 0
  for (const candidate of candidates) {
    const wanted = machinesByCpuAndMemory(candidate, placed)
    let found = Math.min(wanted, machinesInOwnPools(candidate, placed))
    for (const pool of candidate.host.pools.filter(isOpenShare)) {
      const key = poolKey(candidate.host.hostId, pool)
      const taken = Math.min(wanted - found, shared.get(key) ?? 0)
      shared.set(key, (shared.get(key) ?? 0) - taken)
      found += taken
    }
    count += found
  }
  return Math.min(MOST, count, machinesByReserve(placed))
}

function machinesByCpuAndMemory({ host, room }: Assessment, { need, chosen }: Placed): number {
  if (host.cpuThreads === null || need.vcpus > host.cpuThreads) return 0
  const machines = Math.min(wholes(room.cpu?.left, need.vcpus), wholes(room.memory?.left, need.memoryBytes))
  return host === chosen.host ? machines - 1 : machines
}

function machinesInOwnPools({ host }: Assessment, placed: Placed): number {
  return host.pools
    .filter(pool => !isSharedPool(pool))
    .reduce((sum, pool) => sum + machinesIn(pool, host.hostId, placed), 0)
}

/** Machines that each shared store can hold; where hosts report different room, the least counts. */
function sharedStores(candidates: readonly Assessment[], placed: Placed): Map<string, number> {
  const stores = new Map<string, number>()
  for (const { host } of candidates)
    for (const pool of host.pools) {
      if (!isOpenShare(pool)) continue
      const key = poolKey(host.hostId, pool)
      stores.set(key, Math.min(stores.get(key) ?? Infinity, machinesIn(pool, host.hostId, placed)))
    }
  return stores
}

function isOpenShare(pool: PlacementPool): boolean {
  return isSharedPool(pool) && pool.isActive && poolRoomBytes(pool) !== null
}

function machinesIn(pool: PlacementPool, hostId: string, { need, chosen }: Placed): number {
  const machines = wholes(poolRoomBytes(pool), need.diskBytes)
  const first = { name: chosen.room.pool?.name ?? '', type: typeOfPool(chosen) }
  const isTaken = machines > 0 && poolKey(chosen.host.hostId, first) === poolKey(hostId, pool)
  return isTaken ? machines - 1 : machines
}

function typeOfPool({ host, room }: Assessment): string {
  return host.pools.find(pool => pool.name === room.pool?.name)?.type ?? 'dir'
}

function machinesByReserve({ need, reserve }: Placed): number {
  if (reserve === null) return Infinity
  const machines = Math.min(wholes(reserve.cpu?.left, need.vcpus), wholes(reserve.memory?.left, need.memoryBytes))
  return Math.max(0, machines - 1)
}

function wholes(room: number | null | undefined, size: number): number {
  return Math.floor((room ?? 0) / size)
}
