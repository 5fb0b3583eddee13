import { volumeAt } from '#demo/host/find.ts'
import type { SimulatedHost } from '#demo/host/host.ts'
import type { SimulatedMachine } from '#demo/host/machine.ts'
import type { DiskFacts } from '#demo/host/definition.ts'
import type { MeterReading } from '#demo/load/meter.ts'
import { libvirtCode, typedParam, type TypedParam } from '#wire/libvirt/index.ts'

const { int, uint, ullong, string } = typedParam
const Group = libvirtCode.DomainStatsTypes

/** The kernel accounts processes in ticks of 10 ms. */
const TICK_NS = 10_000_000
const READ_BYTES = 22_000
const WRITE_BYTES = 9_500
const PACKET_BYTES = 640
const READ_NS = 900_000
const WRITE_NS = 1_400_000
const FLUSH_SHARE = 0.18
const FLUSH_NS = 2_300_000
const STATS_PERIOD_MS = 10_000

export const nsOf = (ms: number): bigint => BigInt(Math.floor(ms * 1000)) * 1000n
const count = (value: number): bigint => BigInt(Math.floor(value))

/** Builds the names of one numbered thing once, however many machines there are. */
function numbered<T>(make: (prefix: string) => T, group: string): (index: number) => T {
  const made: T[] = []
  return index => (made[index] ??= make(`${group}.${index}`))
}

const vcpuNames = numbered(
  p => ({ state: `${p}.state`, time: `${p}.time`, wait: `${p}.wait`, delay: `${p}.delay` }),
  'vcpu',
)
const netNames = numbered(
  p => ({
    name: `${p}.name`,
    rx: [`${p}.rx.bytes`, `${p}.rx.pkts`, `${p}.rx.errs`, `${p}.rx.drop`],
    tx: [`${p}.tx.bytes`, `${p}.tx.pkts`, `${p}.tx.errs`, `${p}.tx.drop`],
  }),
  'net',
)
const blockNames = numbered(
  p => ({
    name: `${p}.name`,
    path: `${p}.path`,
    backing: `${p}.backingIndex`,
    io: ['rd.reqs', 'rd.bytes', 'rd.times', 'wr.reqs', 'wr.bytes', 'wr.times', 'fl.reqs', 'fl.times'].map(
      n => `${p}.${n}`,
    ),
    allocation: `${p}.allocation`,
    capacity: `${p}.capacity`,
    physical: `${p}.physical`,
  }),
  'block',
)

type Reading = {
  readonly host: SimulatedHost
  readonly machine: SimulatedMachine
  readonly at: number
  readonly meter: MeterReading
}

function cpuStats({ machine, at, meter }: Reading): TypedParam[] {
  const ns = machine.cpuMs(at, meter) * 1e6
  const ticks = (share: number) => BigInt(Math.floor((ns * share) / TICK_NS) * TICK_NS)
  return [
    ullong('cpu.time', BigInt(Math.floor(ns / 1000)) * 1000n),
    ullong('cpu.user', ticks(0.81)),
    ullong('cpu.system', ticks(0.19)),
    uint('cpu.cache.monitor.count', 0),
    ullong('cpu.haltpoll.success.time', 0n),
    ullong('cpu.haltpoll.fail.time', 0n),
  ]
}

function balloonStats({ machine, at, meter }: Reading): TypedParam[] {
  const { current } = machine
  const sizes = [
    ullong('balloon.current', BigInt(current.currentMemoryKiB)),
    ullong('balloon.maximum', BigInt(current.memoryKiB)),
  ]
  if (!machine.isActive) return sizes
  const memory = machine.memory(at, meter.upMs)
  const rss = ullong('balloon.rss', BigInt(memory.rssKiB))
  if (!current.hasBalloonStats) return [...sizes, ullong('balloon.last-update', 0n), rss]
  return [
    ...sizes,
    ullong('balloon.swap_in', 0n),
    ullong('balloon.swap_out', 0n),
    ullong('balloon.major_fault', count(600 + meter.workMs.cpu / 90_000)),
    ullong('balloon.minor_fault', count(250_000 + meter.workMs.cpu * 1.7)),
    ullong('balloon.unused', BigInt(memory.unusedKiB)),
    ullong('balloon.available', BigInt(memory.availableKiB)),
    ullong('balloon.usable', BigInt(memory.usableKiB)),
    ullong('balloon.last-update', count(Math.floor(at / STATS_PERIOD_MS) * (STATS_PERIOD_MS / 1000))),
    ullong('balloon.disk_caches', BigInt(memory.cachesKiB)),
    ullong('balloon.hugetlb_pgalloc', 0n),
    ullong('balloon.hugetlb_pgfail', 0n),
    rss,
  ]
}

function vcpuStats({ machine, meter }: Reading): TypedParam[] {
  const { currentVcpus, maximumVcpus } = machine.current
  const params = [uint('vcpu.current', currentVcpus), uint('vcpu.maximum', maximumVcpus)]
  if (!machine.isActive) return params
  for (let vcpu = 0; vcpu < currentVcpus; vcpu++) {
    const names = vcpuNames(vcpu)
    const ms = meter.vcpuMs[vcpu] ?? 0
    params.push(int(names.state, 1), ullong(names.time, BigInt(Math.floor((ms * 1e6) / TICK_NS) * TICK_NS)))
    params.push(ullong(names.wait, 0n), ullong(names.delay, nsOf(ms * 0.012)))
  }
  return params
}

/** Bytes through one network device since the machine was started. */
export function netBytes(machine: SimulatedMachine, meter: MeterReading): { readonly rx: number; readonly tx: number } {
  const nics = Math.max(1, machine.current.nics.length)
  const { netIn, netOut } = machine.intensity
  return { rx: (meter.workMs.netIn * netIn) / 1000 / nics, tx: (meter.workMs.netOut * netOut) / 1000 / nics }
}

function netStats({ machine, meter }: Reading): TypedParam[] {
  if (!machine.isActive) return []
  const { rx, tx } = netBytes(machine, meter)
  const params = [uint('net.count', machine.taps.length)]
  for (const [index, tap] of machine.taps.entries()) {
    const names = netNames(index)
    params.push(string(names.name, tap))
    for (const [bytes, [total = '', packets = '', errors = '', drops = '']] of [
      [rx, names.rx],
      [tx, names.tx],
    ] as const) {
      params.push(
        ullong(total, count(bytes)),
        ullong(packets, count(bytes / PACKET_BYTES)),
        ullong(errors, 0n),
        ullong(drops, 0n),
      )
    }
  }
  return params
}

export type DiskCounters = {
  readonly readRequests: bigint
  readonly readBytes: bigint
  readonly readNs: bigint
  readonly writeRequests: bigint
  readonly writeBytes: bigint
  readonly writeNs: bigint
  readonly flushRequests: bigint
  readonly flushNs: bigint
}

/** What one disk has done since the machine was started; the first of two carries less than the second. */
export function diskCounters(machine: SimulatedMachine, meter: MeterReading, index: number): DiskCounters {
  const disks = machine.current.disks.length
  const share = disks < 2 ? 1 : index === 0 ? 0.25 : 0.75 / (disks - 1)
  const read = (meter.workMs.diskRead * machine.intensity.diskRead * share) / 1000
  const write = (meter.workMs.diskWrite * machine.intensity.diskWrite * share) / 1000
  const [reads, writes] = [Math.floor(read / READ_BYTES), Math.floor(write / WRITE_BYTES)]
  const flushes = Math.floor(writes * FLUSH_SHARE)
  return {
    readRequests: BigInt(reads),
    readBytes: count(read / 512) * 512n,
    readNs: BigInt(reads * READ_NS),
    writeRequests: BigInt(writes),
    writeBytes: count(write / 512) * 512n,
    writeNs: BigInt(writes * WRITE_NS),
    flushRequests: BigInt(flushes),
    flushNs: BigInt(flushes * FLUSH_NS),
  }
}

/** The file of a disk, and what it occupies. */
export function diskFile(
  host: SimulatedHost,
  { source }: DiskFacts,
  at: number,
): { readonly path: string; readonly capacity: number; readonly allocation: number } | null {
  if (source.kind === 'none') return null
  if (source.kind === 'path') {
    const volume = volumeAt(host, source.path)?.[1]
    return { path: source.path, capacity: volume?.capacityBytes ?? 0, allocation: volume?.allocationBytes(at) ?? 0 }
  }
  const pool = host.pools.get(source.pool)
  const volume = pool?.volumes.get(source.volume)
  if (!pool || !volume) return null
  return { path: pool.pathOf(volume), capacity: volume.capacityBytes, allocation: volume.allocationBytes(at) }
}

function blockStats({ host, machine, at, meter }: Reading): TypedParam[] {
  const { disks } = machine.current
  const params: TypedParam[] = [uint('block.count', disks.length)]
  for (const [index, disk] of disks.entries()) {
    const names = blockNames(index)
    const file = diskFile(host, disk, at)
    params.push(string(names.name, disk.target))
    if (file) params.push(string(names.path, file.path))
    if (machine.isActive) {
      params.push(uint(names.backing, index + 1))
      const values = Object.values(diskCounters(machine, meter, index)) as bigint[]
      for (const [field, name] of names.io.entries()) params.push(ullong(name, values[field] ?? 0n))
    }
    if (!file) continue
    params.push(ullong(names.allocation, BigInt(file.allocation)))
    params.push(ullong(names.capacity, BigInt(file.capacity)), ullong(names.physical, BigInt(file.allocation)))
  }
  return params
}

function dirtyRateStats({ machine }: Reading): TypedParam[] {
  if (!machine.isActive) return []
  return [
    int('dirtyrate.calc_status', 0),
    typedParam.llong('dirtyrate.calc_start_time', 0n),
    int('dirtyrate.calc_period', 0),
    string('dirtyrate.calc_mode', 'page-sampling'),
  ]
}

const stateStats = ({ machine }: Reading): TypedParam[] => [
  int('state.state', machine.state),
  int('state.reason', machine.reason),
]

const groups: readonly (readonly [bit: number, stats: (reading: Reading) => TypedParam[]])[] = [
  [Group.STATE, stateStats],
  [Group.CPU_TOTAL, reading => (reading.machine.isActive ? cpuStats(reading) : [])],
  [Group.BALLOON, balloonStats],
  [Group.VCPU, vcpuStats],
  [Group.INTERFACE, netStats],
  [Group.BLOCK, blockStats],
  [Group.DIRTYRATE, dirtyRateStats],
]

/**
 * One machine's record of bulk statistics, with the names, types and order of libvirt 9.0.0 and QEMU 7.2.
 * @param wanted  OR of DomainStatsTypes; 0 = every group
 */
export function machineStats(host: SimulatedHost, machine: SimulatedMachine, wanted: number, at: number): TypedParam[] {
  const reading = { host, machine, at, meter: machine.read(at) }
  return groups.flatMap(([bit, stats]) => (wanted === 0 || (wanted & bit) !== 0 ? stats(reading) : []))
}
