import { expect, test } from 'vitest'
import { HostId, PlatformId } from '#contract/ids.ts'
import { PlacementPreview } from '#contract/placement.ts'
import type { PlacementHost, PlacementNeed, PlacementPlatform } from './model.ts'
import { previewPlacement } from './preview.ts'
import { GIB, sampleHost, sampleNeed, samplePlatform, samplePool } from './sample-hosts.ts'

const unmetRules = (host: PlacementHost, need: PlacementNeed, platform = samplePlatform()) =>
  previewPlacement(platform, [host], need).hosts[0]?.rules.filter(rule => !rule.isMet)

const plain = { needed: null, available: null, detail: null, isMet: false }

test('an empty host of the right kind fits, with every rule shown', () => {
  const preview = previewPlacement(samplePlatform(), [sampleHost('a')], sampleNeed())
  expect(PlacementPreview.parse(preview)).toEqual(preview)
  expect(preview.chosen).toBe('a')
  expect(preview.hosts[0]).toMatchObject({ fits: true, pool: 'images' })
  expect(preview.hosts[0]?.rules.map(rule => [rule.rule, rule.isMet, rule.needed, rule.available])).toEqual([
    ['reachable', true, null, null],
    ['fresh', true, null, null],
    ['architecture', true, null, null],
    ['cpu', true, 4, 32],
    ['memory', true, 8 * GIB, 129 * GIB - Math.ceil(129 * GIB * 0.04)],
    ['storage', true, 40 * GIB, 1000 * GIB],
    ['network', true, null, null],
    ['reserve', true, null, null],
  ])
})

test.each<[string, Partial<PlacementHost>, Partial<PlacementNeed>, object]>([
  ['does not answer', { isReachable: false }, {}, { ...plain, rule: 'reachable' }],
  ['has old figures', { isFresh: false }, {}, { ...plain, rule: 'fresh' }],
  ['is of another architecture', { arch: 'aarch64' }, {}, { ...plain, rule: 'architecture', detail: 'aarch64' }],
  [
    'has promised its vCPUs',
    { promisedVcpus: 61 },
    {},
    { rule: 'cpu', isMet: false, needed: 4, available: 3, detail: null },
  ],
  [
    'has fewer threads than one machine wants',
    { cpuThreads: 8 },
    { vcpus: 10 },
    { rule: 'cpu', isMet: false, needed: 10, available: 8, detail: null },
  ],
  [
    'has memory only for itself',
    { memoryBytes: 8.5 * GIB },
    {},
    { rule: 'memory', isMet: false, needed: 8 * GIB, available: 7.5 * GIB, detail: null },
  ],
  [
    'has a pool that is full now',
    { pools: [samplePool({ freeBytes: 39 * GIB })] },
    {},
    { rule: 'storage', isMet: false, needed: 40 * GIB, available: 39 * GIB, detail: 'images' },
  ],
  [
    'has a pool that has promised one and a half times its size',
    { pools: [samplePool({ promisedBytes: 1500 * GIB })] },
    {},
    { rule: 'storage', isMet: false, needed: 40 * GIB, available: 0, detail: 'images' },
  ],
  [
    'has its pool stopped',
    { pools: [samplePool({ isActive: false })] },
    {},
    { rule: 'storage', isMet: false, needed: 40 * GIB, available: 0, detail: null },
  ],
  [
    'has the network stopped',
    { networks: [{ name: 'default', isActive: false }] },
    {},
    { ...plain, rule: 'network', detail: 'default' },
  ],
])('a host that %s is refused by that rule alone, with its numbers', (_, changes, need, rule) => {
  expect(unmetRules(sampleHost('a', changes), sampleNeed(need))).toEqual([rule])
})

test.each<[string, Partial<PlacementHost>, string]>([
  ['cpuThreads', { cpuThreads: null }, 'cpu'],
  ['memoryBytes', { memoryBytes: null }, 'memory'],
  ['what a pool has free', { pools: [samplePool({ freeBytes: null })] }, 'storage'],
  ['what a pool has promised', { pools: [samplePool({ promisedBytes: null })] }, 'storage'],
])('an unknown %s refuses and is shown as unknown, not as zero', (_, changes, rule) => {
  expect(unmetRules(sampleHost('a', changes), sampleNeed())).toEqual([
    expect.objectContaining({ rule, available: null }),
  ])
})

test('a machine without a network needs none', () => {
  expect(unmetRules(sampleHost('a', { networks: [] }), sampleNeed({ network: null }))).toEqual([])
})

test('the pool with the most room takes the disk, and equal pools go by name', () => {
  const pools = [
    samplePool({ name: 'z', freeBytes: 500 * GIB }),
    samplePool({ name: 'y', freeBytes: 500 * GIB }),
    samplePool({ name: 'x', freeBytes: 400 * GIB }),
    samplePool({ name: 'off', isActive: false }),
  ]
  expect(previewPlacement(samplePlatform(), [sampleHost('a', { pools })], sampleNeed()).hosts[0]?.pool).toBe('y')
})

test('promised before and after stand against what may be promised', () => {
  const host = sampleHost('a', { promisedVcpus: 10, promisedMemoryBytes: 20 * GIB })
  const verdict = previewPlacement(samplePlatform(), [host], sampleNeed()).hosts[0]
  expect(verdict?.cpu).toEqual({ before: 10, after: 14, capacity: 64 })
  expect(verdict?.memory).toMatchObject({ before: 20 * GIB, after: 28 * GIB })
  expect(verdict?.storage).toEqual({ before: 0, after: 40 * GIB, capacity: 1500 * GIB })
})

test('hosts that fit come first, then those with the fewest obstacles', () => {
  const hosts = [
    sampleHost('two', { isFresh: false, isReachable: false }),
    sampleHost('one', { isFresh: false }),
    sampleHost('fits'),
  ]
  expect(previewPlacement(samplePlatform(), hosts, sampleNeed()).hosts.map(host => host.hostId)).toEqual([
    'fits',
    'one',
    'two',
  ])
})

const choices: [string, PlacementHost[], Partial<PlacementNeed>, string][] = [
  [
    'the smaller of two empty hosts, so that the largest hole stays whole',
    [sampleHost('big', { cpuThreads: 128, memoryBytes: 512 * GIB }), sampleHost('small')],
    {},
    'small',
  ],
  [
    'the host whose free memory would else be stranded, though another is tighter',
    [
      sampleHost('balanced', { promisedVcpus: 32, promisedMemoryBytes: 62 * GIB }),
      sampleHost('short-of-cpu', { promisedVcpus: 44 }),
    ],
    { vcpus: 1, memoryBytes: 32 * GIB },
    'short-of-cpu',
  ],
  [
    'the tighter of two hosts whose room has the same shape',
    [
      sampleHost('a', { memoryBytes: 100 * GIB }),
      sampleHost('b', {
        memoryBytes: 100 * GIB,
        promisedVcpus: 32,
        promisedMemoryBytes: 48 * GIB,
        pools: [samplePool({ freeBytes: 500 * GIB })],
      }),
    ],
    { vcpus: 16, memoryBytes: 24 * GIB, diskBytes: 250 * GIB },
    'b',
  ],
  [
    'the host with much disk for a machine of much disk, though another is tighter',
    [
      sampleHost('empty'),
      sampleHost('roomy', { promisedVcpus: 13, promisedMemoryBytes: 25 * GIB }),
      sampleHost('tight', {
        promisedVcpus: 32,
        promisedMemoryBytes: 62 * GIB,
        pools: [samplePool({ freeBytes: 500 * GIB })],
      }),
    ],
    { vcpus: 1, memoryBytes: 2 * GIB, diskBytes: 400 * GIB },
    'roomy',
  ],
  ['the first by name of equal hosts', [sampleHost('b'), sampleHost('a')], {}, 'a'],
]
test.each(choices)('chooses %s', (_, hosts, need, chosen) => {
  expect(previewPlacement(samplePlatform(), hosts, sampleNeed(need)).chosen).toBe(chosen)
})

test('a picked host is taken when it fits, and nothing is chosen in its stead when it does not', () => {
  const hosts = [sampleHost('a'), sampleHost('b'), sampleHost('c', { isFresh: false })]
  const pick = (id: string) => previewPlacement(samplePlatform(), hosts, sampleNeed(), HostId.parse(id)).chosen
  expect([pick('b'), pick('c'), pick('gone')]).toEqual(['b', null, null])
})

test('a host of another platform is a mistake of the caller', () => {
  const stranger = sampleHost('b', { platformId: PlatformId.parse('internet') })
  expect(() => previewPlacement(samplePlatform(), [sampleHost('a'), stranger], sampleNeed())).toThrow(RangeError)
})

const reserves: [string, Partial<PlacementPlatform>, PlacementHost[], boolean | null, string | null][] = [
  ['without a reserve one host is enough', { reserveHosts: 0 }, [sampleHost('a')], true, 'a'],
  ['one host alone cannot bear its own loss', { reserveHosts: 1 }, [sampleHost('a')], false, null],
  ['two hosts can', { reserveHosts: 1 }, [sampleHost('a'), sampleHost('b')], true, 'a'],
  [
    'two hosts that are half full each cannot take one more',
    { reserveHosts: 1 },
    [sampleHost('a', { promisedVcpus: 32 }), sampleHost('b', { promisedVcpus: 32 })],
    false,
    null,
  ],
  [
    'a host of another architecture cannot take over',
    { reserveHosts: 1 },
    [sampleHost('a'), sampleHost('b', { arch: 'aarch64' })],
    false,
    null,
  ],
  [
    'one silent host is the loss that the reserve is for',
    { reserveHosts: 1 },
    [sampleHost('a'), sampleHost('b', { isReachable: false })],
    true,
    'a',
  ],
  [
    'two silent hosts are more than a reserve of one',
    { reserveHosts: 1 },
    [
      sampleHost('a', { promisedVcpus: 62 }),
      sampleHost('b', { isReachable: false }),
      sampleHost('c', { isReachable: false }),
    ],
    false,
    null,
  ],
  [
    'a host of unknown size leaves open what it could take over',
    { reserveHosts: 1 },
    [sampleHost('a'), sampleHost('b', { arch: null, cpuThreads: null, memoryBytes: null, isReachable: false })],
    null,
    null,
  ],
  [
    'a host of unknown architecture leaves open whether it could take over',
    { reserveHosts: 1 },
    [sampleHost('a'), sampleHost('b', { arch: null })],
    null,
    null,
  ],
  [
    'a host of unknown memory leaves open how much it could take over',
    { reserveHosts: 1 },
    [sampleHost('a'), sampleHost('b', { memoryBytes: null })],
    null,
    null,
  ],
]
test.each(reserves)('%s', (_, rules, hosts, reserveKept, chosen) => {
  expect(previewPlacement(samplePlatform(rules), hosts, sampleNeed())).toMatchObject({ reserveKept, chosen })
})

test('an unmet reserve says which resource is the scarcer, and how much of it is left', () => {
  const hosts = [sampleHost('a', { promisedVcpus: 32 }), sampleHost('b', { promisedVcpus: 30 })]
  const preview = previewPlacement(samplePlatform({ reserveHosts: 1 }), hosts, sampleNeed())
  expect(preview.hosts[0]?.rules.filter(rule => !rule.isMet)).toEqual([
    { rule: 'reserve', isMet: false, needed: 4, available: 2, detail: 'cpu' },
  ])
})

test('what is left of the platform is counted after the machine, within the reserve, each shared pool once', () => {
  const nfs = samplePool({ name: 'nfs', type: 'netfs' })
  const hosts = ['a', 'b', 'c'].map(id => sampleHost(id, { pools: [nfs] }))
  const preview = previewPlacement(samplePlatform({ reserveHosts: 1 }), hosts, sampleNeed())
  const perHost = 129 * GIB - Math.ceil(129 * GIB * 0.04)
  expect(preview.platform).toEqual({
    freeVcpus: 128 - 4,
    freeMemoryBytes: 2 * perHost - 8 * GIB,
    freeStorageBytes: 960 * GIB,
    reserveMemoryBytes: perHost,
  })
})

test('when nothing is placed, what is left of the platform is what there is now; unknown figures add nothing', () => {
  const hosts = [sampleHost('a'), sampleHost('b', { cpuThreads: null, memoryBytes: null })]
  const { chosen, platform } = previewPlacement(samplePlatform(), hosts, sampleNeed({ vcpus: 33 }))
  expect(chosen).toBe(null)
  expect(platform).toEqual({
    freeVcpus: 64,
    freeMemoryBytes: 129 * GIB - Math.ceil(129 * GIB * 0.04),
    freeStorageBytes: 2000 * GIB,
    reserveMemoryBytes: 0,
  })
})

test.each<[string, Partial<PlacementPlatform>, PlacementHost[], Partial<PlacementNeed>, number]>([
  ['vCPUs: 2 × 64 / 16', {}, [sampleHost('a'), sampleHost('b')], { vcpus: 16 }, 7],
  ['memory: 2 × 123 / 60', {}, [sampleHost('a'), sampleHost('b')], { memoryBytes: 60 * GIB }, 3],
  ['disk in pools of its own: 2 × 1000 / 300', {}, [sampleHost('a'), sampleHost('b')], { diskBytes: 300 * GIB }, 5],
  [
    'disk in one shared pool: 1000 / 300',
    {},
    ['a', 'b'].map(id => sampleHost(id, { pools: [samplePool({ type: 'netfs' })] })),
    { diskBytes: 300 * GIB },
    2,
  ],
  ['the reserve: 64 / 16', { reserveHosts: 1 }, [sampleHost('a'), sampleHost('b')], { vcpus: 16 }, 3],
  ['nothing on a silent host', {}, [sampleHost('a'), sampleHost('b', { isReachable: false })], { vcpus: 16 }, 3],
  [
    'what people can count',
    {},
    Array.from({ length: 40 }, (_, i) => sampleHost(`h${i}`)),
    { vcpus: 1, memoryBytes: GIB, diskBytes: GIB },
    999,
  ],
])('more like this is bounded by %s', (_, rules, hosts, need, expected) => {
  expect(previewPlacement(samplePlatform(rules), hosts, sampleNeed(need)).moreLikeThis).toBe(expected)
})
