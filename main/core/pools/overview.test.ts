import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Host, StoragePool } from '#contract/hosts.ts'
import { HostId, PlatformId } from '#contract/ids.ts'
import { PlatformOverview } from '#contract/pools.ts'
import type { Platform } from '#contract/site.ts'
import { platformOverview } from './overview.ts'

const GIB = 1024 ** 3
const platformId = PlatformId.parse('government')
const platform: Platform = { platformId, name: '政务', levels: [2], cpuOvercommit: 2, reserveHosts: 1, version: 1 }
const moment = { at: 100_000, pollIntervalMs: 15_000 }

function hostOf(id: string, changes: Partial<Host> = {}): Host {
  return {
    hostId: HostId.parse(id),
    platformId,
    name: id,
    address: '192.0.2.1',
    port: 22,
    user: 'root',
    origin: 'new',
    model: null,
    serial: null,
    rack: null,
    state: 'up',
    since: 0,
    seenAt: 90_000,
    fault: null,
    hostname: id,
    arch: 'x86_64',
    cpuModel: null,
    sockets: 1,
    cores: 16,
    cpuThreads: 32,
    memoryBytes: 101 * GIB,
    memoryUsedBytes: 20 * GIB,
    cpuFraction: 0.25,
    cpuTrend: [],
    libvirtVersion: null,
    hypervisorVersion: null,
    clockOffsetMs: null,
    promisedVcpus: 10,
    promisedMemoryBytes: 30 * GIB,
    vmsRunning: 2,
    vmsTotal: 3,
    pools: [poolOf()],
    networks: [],
    version: 1,
    ...changes,
  }
}

function poolOf(changes: Partial<StoragePool> = {}): StoragePool {
  const sizes = { capacityBytes: 100, promisedBytes: 40, usedBytes: 30, freeBytes: 70 }
  return { name: 'images', type: 'dir', isActive: true, ...sizes, ...changes }
}

/** What the store knows of a host that never answered. */
const neverSeen: Partial<Host> = {
  state: 'connecting',
  seenAt: null,
  arch: null,
  cpuThreads: null,
  memoryBytes: null,
  memoryUsedBytes: null,
  cpuFraction: null,
  promisedVcpus: 0,
  promisedMemoryBytes: 0,
  vmsRunning: 0,
  vmsTotal: 0,
  pools: [],
}
const nothing = { physical: null, promisable: null, promised: null, used: null, reserve: null, state: null }

test('sums two hosts, one of them held in reserve', () => {
  const overview = platformOverview(platform, [hostOf('a'), hostOf('b')], moment)
  expect(PlatformOverview.parse(overview)).toEqual(overview)
  const perHost = 101 * GIB - Math.ceil(101 * GIB * 0.04)
  expect(overview).toEqual({
    platformId,
    name: '政务',
    hostsUp: 2,
    hostsTotal: 2,
    vmsRunning: 4,
    vmsUnknown: 0,
    vmsTotal: 6,
    cpu: { physical: 64, promisable: 64, promised: 20, used: 16, reserve: 64, state: 'ample' },
    memory: {
      physical: 202 * GIB,
      promisable: perHost,
      promised: 60 * GIB,
      used: 40 * GIB,
      reserve: perHost,
      state: 'ample',
    },
    storage: { physical: 200, promisable: 300, promised: 80, used: 60, reserve: 0, state: 'ample' },
    staleHosts: 0,
  })
})

test('what is not known of any host is null, not zero', () => {
  const overview = platformOverview(platform, [hostOf('a', neverSeen)], moment)
  expect(overview).toMatchObject({ cpu: nothing, memory: nothing, storage: nothing, staleHosts: 1, hostsTotal: 1 })
})

test('machines of a host that does not answer are neither running nor off', () => {
  const hosts = [hostOf('a'), hostOf('b', { state: 'silent' })]
  expect(platformOverview(platform, hosts, moment)).toMatchObject({ vmsRunning: 2, vmsUnknown: 3, vmsTotal: 6 })
})

test('a platform without hosts knows of no capacity', () => {
  expect(platformOverview(platform, [], moment)).toMatchObject({ cpu: nothing, memory: nothing, storage: nothing })
})

test('a reservation on a host that never answered is known', () => {
  const host = hostOf('a', { ...neverSeen, promisedVcpus: 4 })
  expect(platformOverview(platform, [host], moment).cpu).toEqual({ ...nothing, promised: 4 })
})

test.each([
  ['within two polls', 100_000 - 30_000, 0],
  ['older than two polls', 100_000 - 30_001, 1],
  ['never seen', null, 1],
  ['seen before our clock was set back', 100_000 + 30_001, 1],
])('a host %s counts as stale or not, and its last values stay in the sums', (_, seenAt, stale) => {
  const overview = platformOverview(platform, [hostOf('a', { seenAt, state: 'silent' })], moment)
  expect(overview.staleHosts).toBe(stale)
  expect(overview.hostsUp).toBe(0)
  expect(overview.cpu.physical).toBe(32)
})

test('a shared pool counts once with the figures of the host seen last; local pools of one name count each', () => {
  const nfs = (usedBytes: number) => poolOf({ name: 'nfs', type: 'netfs', usedBytes })
  const hosts = [
    hostOf('a', { pools: [poolOf(), nfs(50)], seenAt: 90_000 }),
    hostOf('b', { pools: [poolOf(), nfs(55)], seenAt: 95_000 }),
  ]
  expect(platformOverview(platform, hosts, moment).storage).toMatchObject({ physical: 300, used: 30 + 30 + 55 })
})

test('a stopped pool does not count, and granted disks without a volume do', () => {
  const hosts = [hostOf('a', { pools: [poolOf(), poolOf({ name: 'off', isActive: false })] })]
  const storage = platformOverview(platform, hosts, { ...moment, reservedStorageBytes: 7 }).storage
  expect(storage).toMatchObject({ physical: 100, promised: 47 })
})

test('the reserve is the largest host of each architecture', () => {
  const hosts = [
    hostOf('a', { cpuThreads: 32 }),
    hostOf('b', { cpuThreads: 16 }),
    hostOf('c', { arch: 'aarch64', cpuThreads: 8 }),
  ]
  expect(platformOverview(platform, hosts, moment).cpu).toMatchObject({ physical: 56, reserve: 80, promisable: 32 })
})

test('more silent hosts than the reserve is for are held back all; connecting ones are not lost', () => {
  const hosts = ['a', 'b', 'c'].map(id => hostOf(id, id === 'a' ? {} : { state: 'silent' }))
  expect(platformOverview(platform, hosts, moment).cpu).toMatchObject({ reserve: 128, promisable: 64 })
  const starting = hosts.map(host => ({ ...host, state: 'connecting' as const }))
  expect(platformOverview(platform, starting, moment).cpu).toMatchObject({ reserve: 64, promisable: 128 })
})

test('a host of another platform is a mistake of the caller', () => {
  const stranger = hostOf('a', { platformId: PlatformId.parse('internet') })
  expect(() => platformOverview(platform, [stranger], moment)).toThrow(RangeError)
})

test('sums are those of the known figures, null exactly when none is known', () => {
  const figure = fc.option(fc.integer({ min: 0, max: 1000 }))
  const figures = fc.record({
    cpuThreads: figure,
    memoryUsedBytes: figure,
    capacityBytes: figure,
    state: fc.constantFrom('up' as const, 'silent' as const),
  })
  const check = (
    list: {
      cpuThreads: number | null
      memoryUsedBytes: number | null
      capacityBytes: number | null
      state: 'up' | 'silent'
    }[],
  ) => {
    const hosts = list.map(({ capacityBytes, ...rest }, i) =>
      hostOf(`h${i}`, { ...rest, pools: [poolOf({ capacityBytes })] }),
    )
    const { cpu, memory, storage } = platformOverview(platform, hosts, moment)
    for (const [sum, key] of [
      [cpu.physical, 'cpuThreads'],
      [memory.used, 'memoryUsedBytes'],
      [storage.physical, 'capacityBytes'],
    ] as const) {
      const known = list.map(each => each[key]).filter(value => value !== null)
      expect(sum).toBe(known.length === 0 ? null : known.reduce((a, b) => a + b, 0))
    }
    const { promisable, reserve, physical } = cpu
    expect([promisable === null, reserve === null]).toEqual([physical === null, physical === null])
    expect((promisable ?? 0) + (reserve ?? 0)).toBe(2 * (physical ?? 0))
  }
  fc.assert(fc.property(fc.array(figures, { maxLength: 6 }), check), { numRuns: 2000 })
})
