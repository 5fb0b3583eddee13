import { expect, test } from 'vitest'
import { errorData, Fault } from '#contract/errors.ts'
import { HostId } from '#contract/ids.ts'
import { placementFault } from './fault.ts'
import type { PlacementHost, PlacementNeed, PlacementPlatform } from './model.ts'
import { GIB, sampleHost, sampleNeed, samplePlatform, samplePool } from './sample-hosts.ts'

test('there is no fault while a host fits', () => {
  expect(placementFault(samplePlatform(), [sampleHost('a')], sampleNeed())).toBe(null)
})

const twoHalfFull = [sampleHost('a', { promisedVcpus: 32 }), sampleHost('b', { promisedVcpus: 30 })]
const cases: [string, Partial<PlacementPlatform>, PlacementHost[], Partial<PlacementNeed>, object][] = [
  ['an empty platform', {}, [], {}, { code: 'request/no-host-fits', data: { hosts: 0 } }],
  [
    'a platform of another architecture',
    {},
    [sampleHost('a', { arch: 'aarch64' })],
    {},
    { code: 'request/no-host-fits', data: { hosts: 1 } },
  ],
  [
    'vCPUs all promised',
    {},
    [sampleHost('a', { promisedVcpus: 64 }), sampleHost('b', { promisedVcpus: 62 })],
    {},
    { code: 'pool/short', data: { pool: 'cpu', limit: 128, used: 126, reserved: 0, asked: 4 } },
  ],
  [
    'vCPUs all promised where somebody answers',
    {},
    [sampleHost('a', { promisedVcpus: 64 }), sampleHost('b', { isReachable: false })],
    {},
    { code: 'pool/short', data: { pool: 'cpu', limit: 64, used: 64, reserved: 0, asked: 4 } },
  ],
  [
    'vCPUs held for a lost host',
    { reserveHosts: 1 },
    twoHalfFull,
    {},
    { code: 'pool/short', data: { pool: 'cpu', limit: 128, used: 62, reserved: 64, asked: 4 } },
  ],
  [
    'enough memory in all, but in pieces',
    {},
    [sampleHost('a'), sampleHost('b')],
    { memoryBytes: 200 * GIB },
    { code: 'request/no-host-fits', data: { hosts: 2 } },
  ],
  [
    'a shared pool that is nearly full, which counts once',
    {},
    ['a', 'b'].map(id => sampleHost(id, { pools: [samplePool({ type: 'rbd', freeBytes: 30 * GIB })] })),
    {},
    {
      code: 'pool/short',
      data: { pool: 'storage', limit: 1500 * GIB, used: 1470 * GIB, reserved: 0, asked: 40 * GIB },
    },
  ],
  [
    'CPU and disk both short, the disk more so',
    {},
    [sampleHost('a', { promisedVcpus: 62, pools: [samplePool({ freeBytes: GIB })] })],
    {},
    {
      code: 'pool/short',
      data: { pool: 'storage', limit: 1500 * GIB, used: 1499 * GIB, reserved: 0, asked: 40 * GIB },
    },
  ],
]
test.each(cases)('%s is refused with its numbers', (_, rules, hosts, need, expected) => {
  const fault = placementFault(samplePlatform(rules), hosts, sampleNeed(need))
  expect(fault).toEqual(expected)
  expect(Fault.parse(fault)).toEqual(fault)
  if (fault) expect(errorData[fault.code].parse(fault.data)).toEqual(fault.data)
})

test('a picked host that is fuller than the reserve allows is refused for its own numbers', () => {
  const hosts = [sampleHost('full', { promisedVcpus: 64 }), ...twoHalfFull]
  expect(placementFault(samplePlatform({ reserveHosts: 1 }), hosts, sampleNeed(), HostId.parse('full'))).toEqual({
    code: 'pool/short',
    data: { pool: 'cpu', limit: 64, used: 64, reserved: 0, asked: 4 },
  })
})

test('a picked host is refused for its own numbers although another one fits', () => {
  const hosts = [sampleHost('a'), sampleHost('b', { promisedVcpus: 64 })]
  expect(placementFault(samplePlatform(), hosts, sampleNeed(), HostId.parse('b'))).toEqual({
    code: 'pool/short',
    data: { pool: 'cpu', limit: 64, used: 64, reserved: 0, asked: 4 },
  })
  expect(placementFault(samplePlatform(), hosts, sampleNeed(), HostId.parse('gone'))).toEqual({
    code: 'request/no-host-fits',
    data: { hosts: 0 },
  })
})
