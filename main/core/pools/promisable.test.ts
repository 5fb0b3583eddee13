import { expect, test } from 'vitest'
import { poolRoomBytes, promisableMemoryBytes, promisableStorageBytes, promisableVcpus } from './promisable.ts'

const GIB = 1024 ** 3

test.each([
  [32, 1.5, 48],
  [10, 1.25, 12],
  [100, 1.15, 115],
  [null, 4, null],
])('%s threads at overcommit %s may promise %s vCPUs', (threads, overcommit, vcpus) => {
  expect(promisableVcpus(threads, overcommit)).toBe(vcpus)
})

test.each([
  ['1 GiB of a small host is kept back', 16 * GIB, 15 * GIB],
  ['4 % of a large host is kept back', 100 * GIB, 96 * GIB],
  ['a tiny host has nothing to promise', GIB / 2, 0],
  ['unknown stays unknown', null, null],
])('%s', (_, memoryBytes, promisable) => {
  expect(promisableMemoryBytes(memoryBytes)).toBe(promisable)
})

test('storage may be promised one and a half times', () => {
  expect([promisableStorageBytes(101), promisableStorageBytes(null)]).toEqual([151, null])
})

test.each([
  ['what is free when little is promised', { promisedBytes: 0, freeBytes: 60 }, 60],
  ['what may still be promised when little is used', { promisedBytes: 120, freeBytes: 90 }, 30],
  ['nothing when over-promised', { promisedBytes: 200, freeBytes: 90 }, 0],
  ['nothing when stopped, whatever is known', { promisedBytes: null, freeBytes: null, isActive: false }, 0],
  ['unknown without what is promised', { promisedBytes: null, freeBytes: 90 }, null],
  ['unknown without what is free', { promisedBytes: 0, freeBytes: null }, null],
])('a pool has room for %s', (_, figures, room) => {
  expect(poolRoomBytes({ isActive: true, capacityBytes: 100, ...figures })).toBe(room)
})
