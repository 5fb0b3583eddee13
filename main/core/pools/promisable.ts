import type { StoragePool } from '#contract/hosts.ts'

const GIB = 1024 ** 3
/** The host system, libvirt and QEMU's own needs per guest; the larger of the two is kept back. */
const HYPERVISOR_BYTES = GIB
const HYPERVISOR_SHARE = 0.04
/**
 * Bytes promised per byte of a storage pool, at most. Volumes are thin and few are ever filled, so one and a half; not
 * more, because a pool that runs full stops every machine on it. A new volume must also fit into what is free now.
 */
const STORAGE_OVERCOMMIT = 1.5
/** Rounds down, but forgives what binary fractions lose: 100 × 1.15 is 115. */
const wholeUnits = (amount: number): number => Math.floor(amount + 1e-6)

/**
 * Virtual CPUs that a host may promise in all.
 *
 * @param cpuThreads  null: not known, and then neither is the answer
 * @param overcommit  the platform's vCPUs per thread, 1 or more
 */
export function promisableVcpus(cpuThreads: number | null, overcommit: number): number | null {
  return cpuThreads === null ? null : wholeUnits(cpuThreads * overcommit)
}

/**
 * Memory that a host may promise in all: what it has, less max(1 GiB, 4 %) for the hypervisor. Memory is never
 * over-committed: what a guest has touched cannot be taken back without swapping.
 *
 * @param memoryBytes  physical memory; null: not known, and then neither is the answer
 */
export function promisableMemoryBytes(memoryBytes: number | null): number | null {
  if (memoryBytes === null) return null
  const keptBack = Math.max(HYPERVISOR_BYTES, Math.ceil(memoryBytes * HYPERVISOR_SHARE))
  return Math.max(0, memoryBytes - keptBack)
}

/** Bytes that a storage pool may promise in all: one and a half times its capacity. Null: not known. */
export function promisableStorageBytes(capacityBytes: number | null): number | null {
  return capacityBytes === null ? null : wholeUnits(capacityBytes * STORAGE_OVERCOMMIT)
}

/**
 * Bytes that a new volume in this pool may have: no more than is free now, and no more than is left to promise.
 *
 * @returns 0 or more; 0 for an inactive pool; null when a figure is missing
 */
export function poolRoomBytes(
  pool: Pick<StoragePool, 'isActive' | 'capacityBytes' | 'promisedBytes' | 'freeBytes'>,
): number | null {
  if (!pool.isActive) return 0
  const promisable = promisableStorageBytes(pool.capacityBytes)
  if (promisable === null || pool.promisedBytes === null || pool.freeBytes === null) return null
  return Math.max(0, Math.min(pool.freeBytes, promisable - pool.promisedBytes))
}
