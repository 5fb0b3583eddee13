import { expect, test } from 'vitest'
import type { Host, StoragePool } from '#contract/hosts.ts'
import type { HostVm } from '#core/hosts/index.ts'
import { alertsOf } from './alerts.ts'
import { nothingKnown } from './known.ts'
import { hostRow } from './rows.ts'
import { recordOf } from './testing.ts'

const record = recordOf({
  ...{ name: 'hv1', address: 'a', port: 22, user: 'root', uri: 'qemu:///system' },
  ...{ privateKeyPem: '', hostKeyFingerprint: 'SHA256:x' },
})
const up = { state: 'up', since: 100, fault: null } as const
const host = (change: Partial<Host> = {}): Host => ({
  ...hostRow(record, up, nothingKnown, { vcpus: 0, memoryBytes: 0 }, []),
  ...change,
})
const pool = (change: Partial<StoragePool>): StoragePool => ({
  ...{
    name: 'default',
    type: 'dir',
    isActive: true,
    capacityBytes: 1_000,
    promisedBytes: 0,
    usedBytes: 0,
    freeBytes: 500,
  },
  ...change,
})
const vm = (change: Partial<HostVm>): HostVm => ({
  ...{ uuid: 'u', name: 'n', title: null, state: 'running', reason: 1, vcpus: 1, memoryBytes: 1 },
  ...{ diskBytes: null, diskUsedBytes: null, mark: null },
  ...change,
})
const none = { vms: [], strays: [], faults: [] }
const codes = (of: Host, vms: HostVm[] = []) =>
  alertsOf(of, { ...none, vms }, [], 500).map(alert => `${alert.severity} ${alert.fault.code}`)

test('a host in order raises none', () => {
  expect(codes(host({ clockOffsetMs: 1_999, pools: [pool({})] }), [vm({})])).toEqual([])
})

test('of a host that is away only that is said, since when, and why', () => {
  const fault = { code: 'host/refused', data: {} }
  const away = host({ state: 'silent', since: 42, fault, clockOffsetMs: 9_999, pools: [pool({ freeBytes: 0 })] })
  const alerts = alertsOf(away, { ...none, vms: [vm({ state: 'crashed' })], strays: [vm({})] }, [], 500)
  expect(alerts).toMatchObject([{ severity: 'critical', since: 42, subject: 'HV1', fault, vmId: null }])
  expect(codes(host({ state: 'blocked', fault: { code: 'host/key-changed', data: {} } }))).toEqual([
    'critical host/key-changed',
  ])
})

test('a clock is wrong from two seconds on, either way', () => {
  expect(codes(host({ clockOffsetMs: 2_000 }))).toEqual(['warning alert/clock-off'])
  expect(codes(host({ clockOffsetMs: -2_000 }))).toEqual(['warning alert/clock-off'])
})

test('a pool warns above nine tenths, urgently when nearly nothing is left', () => {
  expect(codes(host({ pools: [pool({ freeBytes: 100 })] }))).toEqual([])
  expect(codes(host({ pools: [pool({ freeBytes: 99 })] }))).toEqual(['warning alert/pool-full'])
  expect(codes(host({ pools: [pool({ freeBytes: 29 })] }))).toEqual(['critical alert/pool-full'])
})

test('a pool that is off is noted; one that could not be read is not called off', () => {
  const unread = { isActive: false, capacityBytes: null, freeBytes: null }
  expect(codes(host({ pools: [pool(unread)] }))).toEqual(['notice alert/pool-inactive'])
  expect(codes(host({ pools: [pool({ ...unread, type: 'unknown' })] }))).toEqual([])
})

test('a VM that crashed is an alert whether it is still there or was taken off; one that was shut down is none', () => {
  const crashed = [
    vm({ state: 'crashed' }),
    vm({ uuid: 'v', state: 'shutoff', reason: 3 }),
    vm({ uuid: 'w', state: 'shutoff', reason: 1 }),
  ]
  expect(alertsOf(host(), { ...none, vms: crashed }, [], 500).map(alert => alert.vmId)).toEqual(['hv1.u', 'hv1.v'])
})

test('machines that this product made and nobody holds are named, the first three of them', () => {
  const strays = ['a', 'b', 'c', 'd'].map(name => vm({ uuid: name, name }))
  const [one] = alertsOf(host(), { ...none, strays: strays.slice(0, 1) }, [], 500)
  expect(one).toMatchObject({ severity: 'warning', vmId: 'hv1.a' })
  expect(one?.fault).toEqual({ code: 'alert/vms-stray', data: { machines: 1, names: ['a'] } })
  const [all, ...others] = alertsOf(host(), { ...none, strays }, [], 500)
  expect(others).toEqual([])
  expect(all).toMatchObject({ vmId: null, fault: { data: { machines: 4, names: ['a', 'b', 'c', '…'] } } })
})

test('what could not be read is said once, with its first cause', () => {
  const faults = [1, 2].map(code => ({ code: 'libvirt/failed', data: { code } }))
  const [alert, ...others] = alertsOf(host(), { ...none, faults }, [], 500)
  expect(others).toEqual([])
  expect(alert?.fault).toEqual({ code: 'alert/partly-read', data: { parts: 2, first: faults[0] } })
})

test('an alert keeps its beginning as long as it lasts', () => {
  const off = host({ clockOffsetMs: 3_000 })
  const first = alertsOf(off, none, [], 500)
  const second = alertsOf(off, none, first, 900)
  expect(second[0]?.since).toBe(500)
  const mended = alertsOf(host(), none, second, 950)
  expect(alertsOf(off, none, mended, 999)[0]?.since).toBe(999)
})
