import { expect, test } from 'vitest'
import { HostId } from '#contract/ids.ts'
import type { HostVm, Inventory, VmPoll } from '#core/hosts/index.ts'
import { fromSnapshot, nothingKnown, toSnapshot, withInventory, withPoll, withVm, type Known } from './known.ts'

const vm = (uuid: string, change: Partial<HostVm> = {}): HostVm => ({
  ...{ uuid, name: uuid, title: null, state: 'running', reason: 1, vcpus: 2, memoryBytes: 100 },
  ...{ diskBytes: 50, diskUsedBytes: 10, mark: null },
  ...change,
})
const inventory = (...vms: HostVm[]): Inventory => ({ vms, pools: [], networks: [], faults: [], unread: [] })
const poll = (uuid: string, change: Partial<VmPoll> = {}): { poll: VmPoll; sample: null } => ({
  poll: {
    ...{
      uuid,
      name: uuid,
      isRedefined: false,
      state: 'running',
      reason: 1,
      vcpus: null,
      memoryBytes: null,
      diskBytes: null,
      diskUsedBytes: null,
    },
    reading: {
      ...{ monotonicMs: 0, at: 0, life: 1, cpuBusyMs: null, cpuTotalMs: null, cpuThreads: 1 },
      ...{ memoryUsedBytes: null, diskBytes: null, networkBytes: null },
    },
    ...change,
  },
  sample: null,
})
const states = (known: Known) => [...known.vms.values()].map(each => `${each.vm.uuid} ${each.vm.state}`)

test('a listing replaces what was known', () => {
  const first = withInventory(nothingKnown, inventory(vm('a'), vm('b')), 1)
  expect(states(withInventory(first, inventory(vm('b', { state: 'shutoff' }), vm('c')), 2))).toEqual([
    'b shutoff',
    'c running',
  ])
})

test('pools that could not be listed stay as they were, networks that are gone go', () => {
  const pool = {
    name: 'p',
    type: 'dir',
    isActive: true,
    capacityBytes: 1,
    promisedBytes: 1,
    usedBytes: 1,
    freeBytes: 1,
  }
  const network = { name: 'n', isActive: true, bridge: null, forward: null }
  const first = withInventory(nothingKnown, { ...inventory(), pools: [pool], networks: [network] }, 1)
  const fault = { code: 'libvirt/failed', data: {} }
  const second = withInventory(first, { ...inventory(), faults: [fault], unread: ['pools'] }, 2)
  expect(second).toMatchObject({ pools: [pool], networks: [], faults: [fault] })
})

test('a slow listing does not take back what an event told meanwhile', () => {
  const first = withInventory(nothingKnown, inventory(vm('a')), 1)
  const event = withVm(withVm(first, 'a', vm('a', { state: 'shutoff' }), 5), 'new', vm('new'), 5)
  const listed = withInventory(event, inventory(vm('a'), vm('b')), 3)
  expect(states(listed).sort()).toEqual(['a shutoff', 'b running', 'new running'])
})

test('neither does a poll that was asked for before the event', () => {
  const known = withVm(withInventory(nothingKnown, inventory(vm('a')), 1), 'a', vm('a', { state: 'shutoff' }), 5)
  expect(states(withPoll(known, [poll('a')], 4).known)).toEqual(['a shutoff'])
  expect(states(withPoll(known, [poll('a')], 6).known)).toEqual(['a running'])
})

test('a poll keeps what it does not tell', () => {
  const known = withInventory(nothingKnown, inventory(vm('a')), 1)
  const { vm: polled } =
    withPoll(known, [poll('a', { state: 'paused', diskUsedBytes: 20 })], 2).known.vms.get('a') ?? {}
  expect(polled).toEqual(vm('a', { state: 'paused', diskUsedBytes: 20 }))
})

test('a poll names the VMs that came, went or were renamed, and removes none by itself', () => {
  const known = withInventory(nothingKnown, inventory(vm('a'), vm('b'), vm('c')), 1)
  const after = withPoll(known, [poll('a'), poll('b', { name: 'other' }), poll('d')], 2)
  expect([...after.unclear].sort()).toEqual(['b', 'c', 'd'])
  expect([...after.known.vms.keys()]).toEqual(['a', 'b', 'c'])
  expect(withPoll(known, [poll('a', { isRedefined: true }), poll('b'), poll('c')], 2).unclear).toEqual(['a'])
})

test('a VM that is gone goes; one that was read again later stays', () => {
  const known = withInventory(nothingKnown, inventory(vm('a'), vm('b')), 5)
  expect(states(withVm(known, 'a', null, 6))).toEqual(['b running'])
  expect(states(withVm(known, 'a', null, 4))).toEqual(['a running', 'b running'])
})

test('figures of a run end with it', () => {
  const sample = { at: 1, cpuFraction: 0.5, memoryUsedBytes: 1, diskBytesPerSecond: 1, networkBytesPerSecond: 1 }
  const known = withPoll(withInventory(nothingKnown, inventory(vm('a')), 1), [{ ...poll('a'), sample }], 2).known
  expect(withVm(known, 'a', vm('a', { title: 'new' }), 3).vms.get('a')?.sample).toEqual(sample)
  expect(withVm(known, 'a', vm('a', { state: 'shutoff' }), 3).vms.get('a')?.sample).toBeNull()
})

test('a snapshot brings back what was known, without rates', () => {
  const facts = {
    ...{
      machineUuid: 'm1',
      hostname: 'h',
      arch: 'x86_64',
      cpuModel: null,
      sockets: 1,
      cores: 2,
      cpuThreads: 4,
      memoryBytes: 8,
    },
    ...{ libvirtVersion: '9.0.0', hypervisorVersion: null, model: null, serial: null, virtualisation: 'kvm' as const },
  }
  const sample = { at: 7, cpuFraction: 0.5, memoryUsedBytes: 3, diskBytesPerSecond: null, networkBytesPerSecond: null }
  const known = { ...withInventory(nothingKnown, inventory(vm('a')), 1), seenAt: 7, facts, clockOffsetMs: 12, sample }
  const snapshot = toSnapshot(HostId.parse('h'), known)
  const back = fromSnapshot(structuredClone(snapshot) as NonNullable<typeof snapshot>)
  expect(back).toMatchObject({ seenAt: 7, facts, clockOffsetMs: 12, sample: { ...sample, cpuFraction: null } })
  expect(states(back)).toEqual(['a running'])
  expect(toSnapshot(HostId.parse('h'), nothingKnown)).toBeNull()
})
