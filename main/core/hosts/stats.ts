import type { VmState } from '#contract/vms.ts'
import type { ParamValue } from '#wire/libvirt/index.ts'
import type { DomainFacts } from './domain-facts.ts'
import type { VmPoll } from './model.ts'
import { count, kibToBytes, nsToMs } from './units.ts'

/** Parameters of one record of bulk statistics, by name. */
export type Params = (name: string) => ParamValue | undefined

export type Moment = { readonly monotonicMs: number; readonly at: number }
type Stat = { readonly field: string; readonly value: bigint }
/** Entries of one record that are read; libvirt itself has no such bound. */
const MAX_DEVICES = 512

const states: readonly VmState[] = [
  'nostate',
  'running',
  'blocked',
  'paused',
  'shutdown',
  'shutoff',
  'crashed',
  'pmsuspended',
]

/** @source libvirt's virDomainState */
export function vmStateOf(state: number): VmState {
  return states[state] ?? 'nostate'
}

/**
 * One VM of the bulk statistics.
 * @param facts  its definition, for what the statistics leave out; null: not known, and all block devices count as disks
 * @source names and units as in libvirt's virConnectGetAllDomainStats
 */
export function readVmStats(
  vm: { readonly uuid: string; readonly name: string; readonly id: number },
  params: Params,
  facts: DomainFacts | null,
  moment: Moment,
): VmPoll {
  const state = integer(params('state.state'))
  const vcpus = count(number(params('vcpu.current')))
  const drives = devicesOf(params, 'block', ['rd.bytes', 'wr.bytes', 'capacity', 'physical'])
  const blocks = drives?.filter(({ name }) => !facts?.removable.includes(name)) ?? null
  const nets = devicesOf(params, 'net', ['rx.bytes', 'tx.bytes'])
  const isNamed = (name: string): boolean => !facts || facts.disks.includes(name) || facts.removable.includes(name)
  return {
    uuid: vm.uuid,
    name: vm.name,
    isRedefined: drives?.some(({ name }) => !isNamed(name)) ?? false,
    state: vmStateOf(state),
    reason: integer(params('state.reason')),
    vcpus,
    memoryBytes: kibToBytes(number(params('balloon.maximum'))),
    diskBytes: total(blocks, ['capacity']),
    // `allocation` of a running VM only says how far it has written since its start.
    diskUsedBytes: total(blocks, ['physical']),
    reading: {
      ...moment,
      life: vm.id,
      cpuBusyMs: vm.id < 0 ? null : nsToMs(number(params('cpu.time'))),
      cpuTotalMs: null,
      cpuThreads: vcpus ?? facts?.vcpus ?? 1,
      memoryUsedBytes: guestMemoryUsed(params),
      diskBytes: vm.id < 0 ? null : total(blocks, ['rd.bytes', 'wr.bytes']),
      networkBytes: vm.id < 0 ? null : total(nets, ['rx.bytes', 'tx.bytes']),
    },
  }
}

/** What the guest has and could not give back at once; only a balloon driver in the guest knows. */
function guestMemoryUsed(params: Params): number | null {
  const availableBytes = kibToBytes(number(params('balloon.available')))
  const usableBytes = kibToBytes(number(params('balloon.usable')))
  if (availableBytes === null || usableBytes === null) return null
  return Math.max(availableBytes - usableBytes, 0)
}

type Device = { readonly name: string; readonly values: Readonly<Record<string, number | null>> }

/** Null: not told, which is not the same as none. */
function devicesOf(params: Params, group: string, fields: readonly string[]): readonly Device[] | null {
  const entries = count(number(params(`${group}.count`)))
  if (entries === null) return null
  return Array.from({ length: Math.min(entries, MAX_DEVICES) }, (_, index) => {
    const told = (field: string) => params(`${group}.${index}.${field}`)
    const values = Object.fromEntries(fields.map(field => [field, count(number(told(field)))]))
    const name = told('name')
    return { name: typeof name === 'string' ? name : '', values }
  })
}

/** Null: a device does not tell; what the others tell is not the sum. */
function total(devices: readonly Device[] | null, fields: readonly string[]): number | null {
  const values = devices?.flatMap(device => fields.map(field => device.values[field] ?? null)) ?? [null]
  const sum = values.reduce((before, value) => (before === null || value === null ? null : before + value), 0)
  return count(sum ?? undefined)
}

/** @source libvirt's virNodeGetCPUStats: ns since the machine started, of all processors together */
export function readNodeCpu(stats: readonly Stat[]): { readonly busyMs: number; readonly totalMs: number } | null {
  const ns = new Map(stats.map(stat => [stat.field, stat.value]))
  const [user, kernel, idle] = [ns.get('user'), ns.get('kernel'), ns.get('idle')]
  if (user === undefined || kernel === undefined || idle === undefined) return null
  const busyMs = nsToMs(user + kernel)
  const totalMs = nsToMs(user + kernel + idle + (ns.get('iowait') ?? 0n))
  return busyMs === null || totalMs === null ? null : { busyMs, totalMs }
}

/** Memory that is neither free nor could be given back at once. @source libvirt's virNodeGetMemoryStats, KiB */
export function readNodeMemoryUsed(stats: readonly Stat[]): number | null {
  const kib = new Map(stats.map(stat => [stat.field, stat.value]))
  const [all, free] = [kib.get('total'), kib.get('free')]
  if (all === undefined || free === undefined) return null
  return kibToBytes(all - free - (kib.get('buffers') ?? 0n) - (kib.get('cached') ?? 0n))
}

function number(value: ParamValue | undefined): bigint | number | undefined {
  return typeof value === 'bigint' || typeof value === 'number' ? value : undefined
}

function integer(value: ParamValue | undefined): number {
  return Number(number(value) ?? 0)
}
