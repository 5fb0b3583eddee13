import { expect, test } from 'vitest'
import type { ParamValue } from '#wire/libvirt/index.ts'
import { readNodeCpu, readNodeMemoryUsed, readVmStats, vmStateOf } from './stats.ts'
import { count, kibToBytes, nsToMs, sizeBytes, versionOf } from './units.ts'

const moment = { monotonicMs: 5, at: 6 }
const vm = { uuid: 'u', name: 'n', id: 7 }
/** As a running guest with two disks and a network card tells it. */
const running: Record<string, ParamValue> = {
  'state.state': 1,
  'state.reason': 1,
  'cpu.time': 90_000_000_000n,
  'balloon.current': 1_048_576n,
  'balloon.maximum': 2_097_152n,
  'balloon.available': 1_000_000n,
  'balloon.usable': 600_000n,
  'vcpu.current': 2,
  'net.count': 1,
  'net.0.rx.bytes': 100n,
  'net.0.tx.bytes': 50n,
  'block.count': 3,
  'block.0.name': 'vda',
  'block.0.backingIndex': 1,
  'block.0.rd.bytes': 10n,
  'block.0.wr.bytes': 20n,
  'block.0.capacity': 1_000n,
  'block.0.allocation': 0n,
  'block.0.physical': 300n,
  'block.1.name': 'sda',
  'block.1.capacity': 700n,
  'block.1.physical': 700n,
  'block.2.name': 'vdb',
  'block.2.rd.bytes': 1n,
  'block.2.wr.bytes': 2n,
  'block.2.capacity': 5n,
  'block.2.physical': 5n,
}
const facts = {
  uuid: 'u',
  name: 'n',
  title: null,
  vcpus: 4,
  memoryBytes: 0,
  disks: ['vda', 'vdb'],
  removable: ['sda'],
  mark: null,
}
const read = (params: Record<string, ParamValue>, id = 7, known: typeof facts | null = facts) =>
  readVmStats({ ...vm, id }, name => params[name], known, moment)

test('a running guest: bytes, ms, and sums over its real disks', () => {
  expect(read(running)).toEqual({
    ...{ uuid: 'u', name: 'n', isRedefined: false, state: 'running', reason: 1, vcpus: 2 },
    ...{ memoryBytes: 2 ** 31, diskBytes: 1_005, diskUsedBytes: 305 },
    reading: {
      ...moment,
      life: 7,
      cpuBusyMs: 90_000,
      cpuTotalMs: null,
      cpuThreads: 2,
      memoryUsedBytes: 400_000 * 1_024,
      diskBytes: 33,
      networkBytes: 150,
    },
  })
})

test('without its definition every block device counts as a disk', () => {
  expect(read(running, 7, null)).toMatchObject({ diskBytes: 1_705, isRedefined: false })
})

test('a disk that its definition does not name counts at once, and asks for the definition to be read anew', () => {
  const plugged = { ...running, 'block.count': 4, 'block.3.name': 'vdc', 'block.3.capacity': 40n }
  expect(read(plugged)).toMatchObject({ diskBytes: 1_045, isRedefined: true })
})

test('a guest without disks or network cards has none, which is known', () => {
  const bare = { 'state.state': 1, 'block.count': 0, 'net.count': 0 }
  const { diskBytes, diskUsedBytes, reading } = read(bare)
  expect([diskBytes, diskUsedBytes, reading.diskBytes, reading.networkBytes]).toEqual([0, 0, 0, 0])
  expect(read({ 'state.state': 1, 'block.count': 1, 'block.0.name': 'sda' }).diskBytes).toBe(0)
})

test('where one disk does not tell its size, the sum of the others is not the size of all', () => {
  const { 'block.2.capacity': _capacity, ...others } = running
  expect(read(others)).toMatchObject({ diskBytes: null, diskUsedBytes: 305 })
})

test('a guest of a hundred disks has the sum of all', () => {
  const disks = Array.from({ length: 100 }, (_, i) => [
    [`block.${i}.name`, `vd${i}`],
    [`block.${i}.capacity`, 10n],
  ])
  const many = Object.fromEntries<ParamValue>([['block.count', 100], ...(disks.flat() as [string, ParamValue][])])
  expect(read(many, 7, null).diskBytes).toBe(1_000)
})

test('a driver that tells only the state leaves everything else unknown', () => {
  const poll = read({ 'state.state': 5, 'state.reason': 3 }, -1)
  expect(poll).toMatchObject({ state: 'shutoff', reason: 3, vcpus: null, memoryBytes: null, diskBytes: null })
  expect(poll.reading).toMatchObject({
    cpuBusyMs: null,
    memoryUsedBytes: null,
    diskBytes: null,
    networkBytes: null,
    cpuThreads: 4,
  })
})

test('the counters that libvirt keeps of a guest that is off are no measurement', () => {
  expect(read(running, -1).reading).toMatchObject({ cpuBusyMs: null, diskBytes: null, networkBytes: null, life: -1 })
})

test('a guest that does not say what it could give back has no known memory use', () => {
  const { 'balloon.usable': _usable, ...others } = running
  expect(read(others).reading.memoryUsedBytes).toBeNull()
})

test('a count of devices that no machine has is not believed', () => {
  expect(read({ ...running, 'net.count': 4_000_000_000 }).reading.networkBytes).toBeNull()
})

test('values of another type than expected are unknown, not wrong', () => {
  expect(read({ ...running, 'cpu.time': 'soon', 'balloon.maximum': true }).reading.cpuBusyMs).toBeNull()
  expect(read({ ...running, 'balloon.maximum': true }).memoryBytes).toBeNull()
})

test('a state that is not known yet is no state', () => {
  expect([0, 1, 5, 6, 7, 99].map(vmStateOf)).toEqual([
    'nostate',
    'running',
    'shutoff',
    'crashed',
    'pmsuspended',
    'nostate',
  ])
})

test('a host is idle while it waits for its disks', () => {
  const stat = (field: string, value: bigint) => ({ field, value: value * 1_000_000n })
  const all = [stat('kernel', 10n), stat('user', 20n), stat('idle', 60n), stat('iowait', 10n)]
  expect(readNodeCpu(all)).toEqual({ busyMs: 30, totalMs: 100 })
  expect(readNodeCpu(all.slice(0, 2))).toBeNull()
})

test('memory that holds caches is not used', () => {
  const stat = (field: string, value: bigint) => ({ field, value })
  const all = [stat('total', 1_000n), stat('free', 100n), stat('buffers', 50n), stat('cached', 250n)]
  expect(readNodeMemoryUsed(all)).toBe(600 * 1_024)
  expect(readNodeMemoryUsed([])).toBeNull()
})

test('numbers beyond what is exact are unknown', () => {
  expect(count(2n ** 53n)).toBeNull()
  expect(count(-1)).toBeNull()
  expect(kibToBytes(2n ** 45n)).toBeNull()
  expect(nsToMs(9_007_199_254_740_993_000n)).toBe(9_007_199_254_740.993)
})

test('versions and sizes as libvirt writes them', () => {
  expect([9_000_000n, 7_002_022n, 10_010_001n].map(versionOf)).toEqual(['9.0.0', '7.2.22', '10.10.1'])
  expect(sizeBytes('4', 'GiB', 'KiB')).toBe(2 ** 32)
  expect(sizeBytes('4', null, 'KiB')).toBe(4_096)
  expect(sizeBytes('4', 'KB', 'KiB')).toBe(4_000)
  expect([sizeBytes('-4', 'KiB', 'KiB'), sizeBytes('4', 'parsec', 'KiB'), sizeBytes(null, null, 'bytes')]).toEqual([
    null,
    null,
    null,
  ])
})
