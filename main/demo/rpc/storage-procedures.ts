import { errno, fault, origin, systemFault } from '#demo/host/faults.ts'
import { findActivePool, findPool, findVolume, volumeAt } from '#demo/host/find.ts'
import type { SimulatedHost } from '#demo/host/host.ts'
import { SimulatedPool } from '#demo/host/storage.ts'
import { poolXml, readPool, type PoolDefinition } from '#demo/xml/storage.ts'
import { libvirtCode } from '#wire/libvirt/index.ts'
import type { Call, Handlers } from './handlers.ts'

const { StoragePoolState: State, StoragePoolEventLifecycleType: Happened } = libvirtCode
const Flag = libvirtCode.ConnectListAllStoragePoolsFlags
/** What a new directory pool finds on the host's file system. */
const SPARE_BYTES = 500 * 2 ** 30

const lifecycle = (host: SimulatedHost, pool: SimulatedPool, event: number) =>
  host.emit('storagePoolLifecycle', { pool: pool.ref, event, detail: 0 })

function isListed(pool: SimulatedPool, flags: number): boolean {
  const rows = [
    [Flag.ACTIVE, pool.isActive, Flag.INACTIVE],
    [Flag.PERSISTENT, pool.isPersistent, Flag.TRANSIENT],
    [Flag.AUTOSTART, pool.autostart, Flag.NO_AUTOSTART],
  ] as const
  const kinds = flags & ~(Flag.DIR - 1)
  if (kinds !== 0 && (kinds & Flag.DIR) === 0) return false
  return rows.every(([yes, holds, no]) => (flags & (yes | no)) === 0 || (flags & (holds ? yes : no)) !== 0)
}

/** @throws {LibvirtFault} 9 when name, UUID or directory belong to another pool */
function makePool(host: SimulatedHost, { name, uuid, path }: PoolDefinition, isPersistent: boolean): SimulatedPool {
  const namesake = host.pools.get(name)
  if (namesake && namesake.uuid !== uuid) {
    throw fault(9, origin.storage, `pool '${name}' already exists with uuid ${namesake.uuid}`)
  }
  for (const other of host.pools.values()) {
    if (other !== namesake && other.uuid === uuid) {
      throw fault(9, origin.storage, `pool '${other.name}' is already defined with uuid ${uuid}`)
    }
    if (other !== namesake && other.path === path) {
      throw fault(9, origin.storage, `Storage source conflict with pool: '${other.name}'`)
    }
  }
  const facts = { name, uuid: uuid ?? host.freshUuid(), path, capacityBytes: SPARE_BYTES }
  const pool = namesake ?? new SimulatedPool(facts, false, isPersistent)
  pool.isPersistent ||= isPersistent
  host.pools.set(name, pool)
  return pool
}

function startPool(host: SimulatedHost, pool: SimulatedPool): void {
  if (pool.isActive) throw fault(55, origin.storage, `storage pool '${pool.name}' is already active`)
  pool.isActive = true
  lifecycle(host, pool, Happened.STARTED)
}

function createTransient(xml: string, host: SimulatedHost): SimulatedPool {
  const definition = readPool(xml)
  if (!/^\/(var|srv|home|data|tmp|mnt|opt)\b/.test(definition.path)) {
    throw systemFault(
      origin.none,
      errno.ENOENT,
      `cannot open directory '${definition.path}': No such file or directory`,
    )
  }
  const known = host.pools.get(definition.name)
  if (known?.isActive) throw fault(55, origin.storage, `pool '${known.name}' is already active`)
  const pool = makePool(host, definition, false)
  startPool(host, pool)
  return pool
}

const changes: Handlers = {
  storagePoolDefineXml: ({ xml }, { host }) => {
    const pool = makePool(host, readPool(xml), true)
    lifecycle(host, pool, Happened.DEFINED)
    return { pool: pool.ref }
  },
  storagePoolCreateXml: ({ xml }, { host }) => ({ pool: createTransient(xml, host).ref }),
  storagePoolBuild: ({ pool: ref }, { host }) => {
    const pool = findPool(host, ref)
    if (pool.isActive) throw fault(55, origin.storage, `storage pool '${pool.name}' is already active`)
    lifecycle(host, pool, Happened.CREATED)
    return {}
  },
  storagePoolCreate: ({ pool }, { host }) => (startPool(host, findPool(host, pool)), {}),
  storagePoolDestroy: ({ pool: ref }, { host }) => {
    const pool = findActivePool(host, ref)
    pool.isActive = false
    if (!pool.isPersistent) host.pools.delete(pool.name)
    lifecycle(host, pool, Happened.STOPPED)
    return {}
  },
  storagePoolUndefine: ({ pool: ref }, { host }) => {
    const pool = findPool(host, ref)
    if (pool.isActive) throw fault(55, origin.storage, `storage pool '${pool.name}' is still active`)
    host.pools.delete(pool.name)
    lifecycle(host, pool, Happened.UNDEFINED)
    return {}
  },
  storagePoolRefresh: ({ pool: ref }, { host }) => {
    const pool = findActivePool(host, ref)
    host.emit('storagePoolRefresh', { pool: pool.ref })
    return {}
  },
  storagePoolSetAutostart: ({ pool: ref, autostart }, { host }) => {
    const pool = findPool(host, ref)
    if (!pool.isPersistent) throw fault(8, origin.storage, 'pool has no config file')
    pool.autostart = autostart !== 0
    return {}
  },
}

function poolInfo({ pool: ref }: { pool: { name: string; uuid: string } }, { host, at }: Call) {
  const pool = findPool(host, ref)
  if (!pool.isActive) return { state: State.INACTIVE, capacity: 0n, allocation: 0n, available: 0n }
  return {
    state: State.RUNNING,
    capacity: BigInt(pool.capacityBytes),
    allocation: BigInt(pool.allocationBytes(at)),
    available: BigInt(pool.availableBytes(at)),
  }
}

const lookups: Handlers = {
  connectListAllStoragePools: ({ needResults, flags }, { host }) => {
    const found = [...host.pools.values()].filter(pool => isListed(pool, flags))
    return { pools: needResults ? found.map(pool => pool.ref) : [], ret: found.length }
  },
  storagePoolLookupByName: ({ name }, { host }) => {
    const pool = host.pools.get(name)
    if (!pool) throw fault(49, origin.storage, `no storage pool with matching name '${name}'`)
    return { pool: pool.ref }
  },
  storagePoolLookupByUuid: ({ uuid }, { host }) => {
    for (const pool of host.pools.values()) if (pool.uuid === uuid) return { pool: pool.ref }
    throw fault(49, origin.storage, `no storage pool with matching uuid '${uuid}'`)
  },
  storagePoolLookupByTargetPath: ({ path }, { host }) => {
    for (const pool of host.pools.values()) if (pool.isActive && pool.path === path) return { pool: pool.ref }
    throw fault(49, origin.storage, `no storage pool with matching target path '${path}'`)
  },
  storagePoolLookupByVolume: ({ vol }, { host }) => ({ pool: findVolume(host, vol)[0].ref }),
  storagePoolGetInfo: poolInfo,
  storagePoolGetXmlDesc: ({ pool }, { host, at }) => ({ xml: poolXml(findPool(host, pool), at) }),
  storagePoolGetAutostart: ({ pool }, { host }) => ({ autostart: findPool(host, pool).autostart ? 1 : 0 }),
  storagePoolIsActive: ({ pool }, { host }) => ({ active: findPool(host, pool).isActive ? 1 : 0 }),
  storagePoolIsPersistent: ({ pool }, { host }) => ({ persistent: findPool(host, pool).isPersistent ? 1 : 0 }),
  storagePoolListAllVolumes: ({ pool: ref, needResults }, { host }) => {
    const pool = findActivePool(host, ref)
    const vols = [...pool.volumes.values()].map(volume => ({
      pool: pool.name,
      name: volume.name,
      key: pool.pathOf(volume),
    }))
    return { vols: needResults ? vols : [], ret: vols.length }
  },
  storageVolLookupByName: ({ pool: ref, name }, { host }) => {
    const [pool, volume] = findVolume(host, { pool: findActivePool(host, ref).name, name })
    return { vol: { pool: pool.name, name, key: pool.pathOf(volume) } }
  },
  storageVolLookupByKey: ({ key }, { host }) => {
    const found = volumeAt(host, key)
    if (!found) throw fault(50, origin.storage, `no storage vol with matching key ${key}`)
    return { vol: { pool: found[0].name, name: found[1].name, key } }
  },
  storageVolLookupByPath: ({ path }, { host }) => {
    const found = volumeAt(host, path)
    if (!found) throw fault(50, origin.storage, `no storage vol with matching path '${path}'`)
    return { vol: { pool: found[0].name, name: found[1].name, key: path } }
  },
}

export const storageProcedures: Handlers = { ...lookups, ...changes }
