import { HostId, PlatformId } from '#contract/ids.ts'
import type { PlacementHost, PlacementNeed, PlacementPlatform, PlacementPool } from './model.ts'

/** Hosts, platforms and needs for the tests of this room. */
export const GIB = 1024 ** 3
const platformId = PlatformId.parse('government')

export function samplePlatform(changes: Partial<PlacementPlatform> = {}): PlacementPlatform {
  return { platformId, cpuOvercommit: 2, reserveHosts: 0, ...changes }
}

/** 32 threads (64 vCPUs at overcommit 2), 129 GiB (so that just under 124 may be promised), one local pool. */
export function sampleHost(id: string, changes: Partial<PlacementHost> = {}): PlacementHost {
  return {
    hostId: HostId.parse(id),
    platformId,
    name: id,
    arch: 'x86_64',
    isReachable: true,
    isFresh: true,
    cpuThreads: 32,
    memoryBytes: 129 * GIB,
    promisedVcpus: 0,
    promisedMemoryBytes: 0,
    pools: [samplePool()],
    networks: [{ name: 'default', isActive: true }],
    ...changes,
  }
}

export function samplePool(changes: Partial<PlacementPool> = {}): PlacementPool {
  return {
    name: 'images',
    type: 'dir',
    isActive: true,
    capacityBytes: 1000 * GIB,
    promisedBytes: 0,
    freeBytes: 1000 * GIB,
    ...changes,
  }
}

export function sampleNeed(changes: Partial<PlacementNeed> = {}): PlacementNeed {
  return { arch: 'x86_64', vcpus: 4, memoryBytes: 8 * GIB, diskBytes: 40 * GIB, network: 'default', ...changes }
}
