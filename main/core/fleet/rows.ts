import type { Fault } from '#contract/errors.ts'
import type { Host, HostState } from '#contract/hosts.ts'
import { vmIdOf } from '#contract/ids.ts'
import type { Vm, VmState } from '#contract/vms.ts'
import type { Known, KnownVm } from './known.ts'
import type { HostRecord, Reserved, VmLabels } from './model.ts'

export const isRunning = (state: VmState): boolean => state === 'running' || state === 'blocked'

export type Standing = { readonly state: HostState; readonly since: number; readonly fault: Fault | null }
type Trend = readonly (number | null)[]

/** What the contract says of a host. */
export function hostRow(
  record: HostRecord,
  standing: Standing,
  known: Known,
  reserved: Reserved,
  cpuTrend: Trend,
): Host {
  const { hostId, platformId, name, address, port, user, origin, rack, version } = record
  const { facts, sample, clockOffsetMs, seenAt } = known
  const vms = [...known.vms.values()].map(each => each.vm)
  return {
    ...{ hostId, platformId, name, address, port, user, origin, rack, version, seenAt, clockOffsetMs },
    ...standing,
    model: record.model ?? facts?.model ?? null,
    serial: record.serial ?? facts?.serial ?? null,
    hostname: facts?.hostname ?? null,
    arch: facts?.arch ?? null,
    cpuModel: facts?.cpuModel ?? null,
    sockets: facts?.sockets ?? null,
    cores: facts?.cores ?? null,
    cpuThreads: facts?.cpuThreads ?? null,
    memoryBytes: facts?.memoryBytes ?? null,
    memoryUsedBytes: sample?.memoryUsedBytes ?? null,
    cpuFraction: sample?.cpuFraction ?? null,
    cpuTrend: [...cpuTrend],
    libvirtVersion: facts?.libvirtVersion ?? null,
    hypervisorVersion: facts?.hypervisorVersion ?? null,
    promisedVcpus: total([reserved.vcpus, ...vms.map(vm => vm.vcpus)]),
    promisedMemoryBytes: total([reserved.memoryBytes, ...vms.map(vm => vm.memoryBytes)]),
    vmsRunning: vms.filter(vm => isRunning(vm.state)).length,
    vmsTotal: vms.length,
    pools: [...known.pools],
    networks: [...known.networks],
  }
}

/** A slip of the pen can define VMs of petabytes; their host must stay a row that pages can read. */
function total(amounts: readonly number[]): number {
  return Math.min(
    amounts.reduce((sum, amount) => sum + amount, 0),
    Number.MAX_SAFE_INTEGER,
  )
}

/** What the contract says of a VM. */
export function vmRow(
  record: HostRecord,
  seen: { readonly isKnown: boolean; readonly seenAt: number },
  { vm, sample }: KnownVm,
  labels: VmLabels,
  cpuTrend: Trend,
): Vm {
  const { uuid, name, title, state, vcpus, memoryBytes, diskBytes, diskUsedBytes } = vm
  return {
    vmId: vmIdOf(record.hostId, uuid),
    hostId: record.hostId,
    hostName: record.name,
    platformId: record.platformId,
    ...{ uuid, name, title, state, vcpus, memoryBytes, diskBytes, diskUsedBytes },
    ...seen,
    ...labels,
    memoryUsedBytes: sample?.memoryUsedBytes ?? null,
    cpuFraction: sample?.cpuFraction ?? null,
    cpuTrend: [...cpuTrend],
    diskBytesPerSecond: sample?.diskBytesPerSecond ?? null,
    networkBytesPerSecond: sample?.networkBytesPerSecond ?? null,
  }
}
