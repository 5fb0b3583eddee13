import { fault, origin } from './faults.ts'
import type { SimulatedHost } from './host.ts'
import type { SimulatedMachine } from './machine.ts'
import type { SimulatedNetwork } from './network.ts'
import type { SimulatedPool, Volume } from './storage.ts'

type Named = { readonly name: string; readonly uuid: string }

/** @throws {LibvirtFault} 42 */
export function findMachine(host: SimulatedHost, { name, uuid }: Named): SimulatedMachine {
  const machine = host.machines.get(uuid)
  if (machine) return machine
  throw fault(42, origin.qemu, `no domain with matching uuid '${uuid}' (${name})`)
}

export function machineByName(host: SimulatedHost, name: string): SimulatedMachine | undefined {
  for (const machine of host.machines.values()) if (machine.config.name === name) return machine
  return undefined
}

/** @throws {LibvirtFault} 49 */
export function findPool(host: SimulatedHost, { name, uuid }: Named): SimulatedPool {
  for (const pool of host.pools.values()) if (pool.uuid === uuid) return pool
  throw fault(49, origin.storage, `no storage pool with matching uuid '${uuid}' (${name})`)
}

/** @throws {LibvirtFault} 49, 55 when it is not active */
export function findActivePool(host: SimulatedHost, ref: Named): SimulatedPool {
  const pool = findPool(host, ref)
  checkPoolActive(pool)
  return pool
}

/** @throws {LibvirtFault} 55 */
function checkPoolActive(pool: SimulatedPool): void {
  if (!pool.isActive) throw fault(55, origin.storage, `storage pool '${pool.name}' is not active`)
}

/** @throws {LibvirtFault} 49 when the pool is gone, 55 when it is not active, 50 when it has no such volume */
export function findVolume(
  host: SimulatedHost,
  ref: { readonly pool: string; readonly name: string },
): [SimulatedPool, Volume] {
  const pool = host.pools.get(ref.pool)
  if (!pool) throw fault(49, origin.storage, `no storage pool with matching name '${ref.pool}'`)
  checkPoolActive(pool)
  const volume = pool.volumes.get(ref.name)
  if (!volume) throw fault(50, origin.storage, `no storage vol with matching name '${ref.name}'`)
  return [pool, volume]
}

/** The volume behind a path, in an active pool. */
export function volumeAt(host: SimulatedHost, path: string): [SimulatedPool, Volume] | undefined {
  for (const pool of host.pools.values()) {
    if (!pool.isActive || !path.startsWith(`${pool.path}/`)) continue
    const volume = pool.volumes.get(path.slice(pool.path.length + 1))
    if (volume) return [pool, volume]
  }
  return undefined
}

/** @throws {LibvirtFault} 43 */
export function findNetwork(host: SimulatedHost, { name, uuid }: Named): SimulatedNetwork {
  for (const network of host.networks.values()) if (network.uuid === uuid) return network
  throw fault(43, origin.network, `no network with matching uuid '${uuid}' (${name})`)
}
