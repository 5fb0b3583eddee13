import { expect, test } from 'vitest'
import type { Host } from '#contract/hosts.ts'
import { HostId, PlatformId, VmId, vmIdOf } from '#contract/ids.ts'
import type { Vm } from '#contract/vms.ts'
import { crossCheck, type Whole } from './cross-check.ts'
import { nothingKnown } from './known.ts'
import { hostRow, vmRow } from './rows.ts'
import { recordOf } from './testing.ts'

const record = (name: string) =>
  recordOf({
    ...{ name, address: name, port: 22, user: 'root', uri: 'qemu:///system' },
    ...{ privateKeyPem: '', hostKeyFingerprint: 'SHA256:x' },
  })
const host = (name: string, change: Partial<Host> = {}): Host => ({
  ...hostRow(record(name), { state: 'up', since: 1, fault: null }, nothingKnown, { vcpus: 0, memoryBytes: 0 }, []),
  ...change,
})
const vm = (on: string, uuid: string, change: Partial<Vm> = {}): Vm => {
  const machine = {
    ...{ uuid, name: `vm-${uuid}`, title: null, state: 'running' as const, reason: 1, vcpus: 1, memoryBytes: 1 },
    ...{ diskBytes: null, diskUsedBytes: null, mark: null },
  }
  const labels = { departmentId: null, applicationId: null, jobId: null }
  const known = { vm: machine, sample: null, readAt: 0 }
  return { ...vmRow(record(on), { isKnown: true, seenAt: 1 }, known, labels, []), ...change }
}
const granted = (on: string, ...uuids: string[]) =>
  uuids.map(uuid => ({ vmId: vmIdOf(HostId.parse(on), uuid), name: `vm-${uuid}` }))
const [a, b] = [host('a'), host('b')]
const check = (whole: Partial<Whole>) =>
  crossCheck({ hosts: [a, b], vms: [], granted: [], identityOf: () => null, ...whole })

test('hosts that have nothing to do with each other raise nothing', () => {
  const vms = [vm('a', '1'), vm('b', '2')]
  expect(check({ vms, granted: granted('a', '1'), identityOf: hostId => hostId })).toEqual([])
})

test('one machine under two addresses is said once, and not of each of its VMs', () => {
  const found = check({ vms: [vm('a', '1'), vm('b', '1')], identityOf: () => 'm1/hv1' })
  expect(found).toMatchObject([
    { hostId: 'b', subject: 'B', severity: 'critical', fault: { code: 'alert/same-machine', data: { other: 'A' } } },
  ])
})

test('a VM that runs on two hosts at once is urgent; one that runs on one of two is noted', () => {
  const twice = check({ vms: [vm('a', '1'), vm('b', '1')] })
  expect(twice).toMatchObject([
    {
      severity: 'critical',
      vmId: 'a.1',
      fault: { code: 'alert/vms-run-twice', data: { machines: 1, names: ['vm-1'], hosts: ['A', 'B'] } },
    },
  ])
  expect(check({ vms: [vm('a', '1'), vm('b', '1', { state: 'shutoff' })] })).toMatchObject([
    { severity: 'notice', fault: { code: 'alert/vms-defined-twice', data: { hosts: ['A', 'B'] } } },
  ])
})

test('what a silent host ran is not said to run', () => {
  const found = check({ vms: [vm('a', '1', { isKnown: false }), vm('b', '1')] })
  expect(found.map(each => each.fault.code)).toEqual(['alert/vms-defined-twice'])
})

test('a whole copied host is one finding that names a few', () => {
  const uuids = Array.from({ length: 300 }, (_, i) => `${i}`)
  const found = check({ vms: uuids.flatMap(uuid => [vm('a', uuid), vm('b', uuid)]) })
  expect(found).toMatchObject([
    { vmId: null, fault: { data: { machines: 300, names: ['vm-0', 'vm-1', 'vm-2', '…'] } } },
  ])
})

test('granted VMs that their host no longer has are missing from it', () => {
  const found = check({ vms: [vm('a', '1')], granted: granted('a', '1', '2', '3') })
  expect(found).toMatchObject([
    {
      ...{ key: 'a/missing', severity: 'warning', hostId: 'a', vmId: null },
      fault: { code: 'alert/vms-missing', data: { machines: 2, names: ['vm-2', 'vm-3'] } },
    },
  ])
})

test('a VM that moved within its platform is not missing; one on another platform is', () => {
  expect(check({ vms: [vm('b', '1')], granted: granted('a', '1') })).toEqual([])
  const elsewhere = vm('b', '1', { platformId: PlatformId.parse('p2') })
  expect(check({ vms: [elsewhere], granted: granted('a', '1') })).toHaveLength(1)
})

test.each(['silent', 'connecting', 'blocked'] as const)('of a %s host no VM is missing', state => {
  expect(check({ hosts: [host('a', { state })], granted: granted('a', '1') })).toEqual([])
})

test('what was granted on a host that is no longer there is nothing of the fleet', () => {
  expect(check({ hosts: [], granted: [{ vmId: VmId.parse('gone.1'), name: 'vm-1' }] })).toEqual([])
})
