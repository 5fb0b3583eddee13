import type { AppError } from '#contract/errors.ts'
import type { StoragePool } from '#contract/hosts.ts'
import { libvirtCode, type Libvirt, type StoragePool as WirePool, type StorageVolume } from '#wire/libvirt/index.ts'
import { isLibvirtCode, partError, type About, type Limit } from './errors.ts'
import { readPoolType } from './host-xml.ts'
import { inParallel } from './parallel.ts'
import { count } from './units.ts'

const { StoragePoolState: poolState, ErrorCode } = libvirtCode
const POOLS_AT_A_TIME = 4
const VOLUMES_AT_A_TIME = 8
/** Volumes of one pool that are summed up; with more of them the sum is not known. */
const MAX_VOLUMES = 5_000
/** A volume's capacity changes seldom, and asking costs a call for each. */
const CAPACITY_LASTS_MS = 600_000

type Part<T> = { readonly value: T; readonly fault: AppError | null }
type Known = { readonly capacityBytes: number; readonly readAt: number }

/** Reads storage pools; one that does not answer is listed without figures, and named. */
export class PoolReader {
  readonly #libvirt: Libvirt
  readonly #types = new Map<string, string>()
  #capacities = new Map<string, Known>()

  constructor(libvirt: Libvirt) {
    this.#libvirt = libvirt
  }

  async list(about: Omit<About, 'waitedMs'>, limit: Limit): Promise<readonly Part<StoragePool>[]> {
    const pools = await this.#libvirt.listStoragePools(0, limit())
    const seen = new Map<string, Known>()
    const parts = await inParallel(pools, POOLS_AT_A_TIME, pool => this.#read(pool, about, limit, seen))
    this.#capacities = seen
    return parts
  }

  async #read(
    pool: WirePool,
    about: Omit<About, 'waitedMs'>,
    limit: Limit,
    seen: Map<string, Known>,
  ): Promise<Part<StoragePool>> {
    const startedAt = performance.now()
    const unread = { name: pool.name, type: 'unknown', isActive: false }
    const figures = { capacityBytes: null, promisedBytes: null, usedBytes: null, freeBytes: null }
    let value: StoragePool = { ...unread, ...figures }
    try {
      const type = await this.#typeOf(pool, limit)
      const info = await this.#libvirt.call('storagePoolGetInfo', { pool }, limit())
      const isActive = info.state === poolState.RUNNING || info.state === poolState.DEGRADED
      value = { ...value, type, isActive }
      if (!isActive) return { value, fault: null }
      const [capacityBytes, usedBytes, freeBytes] = [info.capacity, info.allocation, info.available].map(count)
      value = {
        ...value,
        capacityBytes: capacityBytes ?? null,
        usedBytes: usedBytes ?? null,
        freeBytes: freeBytes ?? null,
      }
      value = { ...value, promisedBytes: await this.#promised(pool, limit, seen) }
      return { value, fault: null }
    } catch (error) {
      const waitedMs = Math.round(performance.now() - startedAt)
      return { value, fault: partError(`storage pool ${pool.name}`, error, { ...about, waitedMs }) }
    }
  }

  async #typeOf(pool: WirePool, limit: Limit): Promise<string> {
    const known = this.#types.get(pool.uuid)
    if (known !== undefined) return known
    const { xml } = await this.#libvirt.call('storagePoolGetXmlDesc', { pool }, limit())
    const type = readPoolType(xml)
    this.#types.set(pool.uuid, type)
    return type
  }

  /** What all volumes could grow to; null: there are too many of them to ask. */
  async #promised(pool: WirePool, limit: Limit, seen: Map<string, Known>): Promise<number | null> {
    const volumes = await this.#libvirt.listVolumes(pool, limit())
    if (volumes.length > MAX_VOLUMES) return null
    const sizes = await inParallel(volumes, VOLUMES_AT_A_TIME, async vol => {
      const known = this.#capacities.get(vol.key)
      const isFresh = known && performance.now() - known.readAt < CAPACITY_LASTS_MS
      const now = isFresh ? known : { capacityBytes: await this.#capacityOf(vol, limit), readAt: performance.now() }
      seen.set(vol.key, now)
      return now.capacityBytes
    })
    return count(sizes.reduce((sum, size) => sum + size, 0))
  }

  async #capacityOf(vol: StorageVolume, limit: Limit): Promise<number> {
    try {
      return count((await this.#libvirt.call('storageVolGetInfo', { vol }, limit())).capacity) ?? 0
    } catch (error) {
      if (isLibvirtCode(error, ErrorCode.NO_STORAGE_VOL)) return 0
      throw error
    }
  }
}
