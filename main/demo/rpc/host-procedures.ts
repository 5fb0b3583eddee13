import { LibvirtFault, fault, origin } from '#demo/host/faults.ts'
import type { SimulatedHost } from '#demo/host/host.ts'
import { capabilitiesXml, domainCapabilitiesXml, sysinfoXml } from '#demo/xml/capabilities.ts'
import { unitAt } from '#demo/plan/hash.ts'
import { drift } from '#demo/load/activity.ts'
import type { Handlers } from './handlers.ts'
import { nsOf } from './domain-stats.ts'

const LIB_VERSION = 9_000_000n
const QEMU_VERSION = 7_002_022n
const MAX_VCPUS = 255
/** What the host's own services keep its threads busy with, besides machines. */
const OWN_CPU_SHARE = 0.008
const OWN_MEMORY_KIB = 2_300_000

type CpuTimes = {
  readonly kernelMs: number
  readonly userMs: number
  readonly idleMs: number
  readonly iowaitMs: number
}

/** Where the host's CPU time went since it was booted; the parts add up to the whole. */
export function hostCpu(host: SimulatedHost, at: number): CpuTimes {
  const wholeMs = (at - host.bootedAt) * host.threads
  const machinesMs = host.machineCpuMs(at)
  const ownMs = wholeMs * OWN_CPU_SHARE
  const iowaitMs = machinesMs * 0.02
  return {
    kernelMs: machinesMs * 0.12 + ownMs * 0.5,
    userMs: machinesMs * 0.88 + ownMs * 0.5,
    idleMs: Math.max(0, wholeMs - machinesMs - ownMs - iowaitMs),
    iowaitMs,
  }
}

/** Memory of the host, KiB: what is free, and what it uses for files. */
export function hostMemory(
  host: SimulatedHost,
  at: number,
): { readonly freeKiB: number; readonly buffersKiB: number; readonly cachedKiB: number } {
  const left = Math.max(200_000, host.memoryKiB - OWN_MEMORY_KIB - host.machineRssKiB(at))
  const cachedKiB = Math.floor(left * (0.25 + 0.3 * drift(host.plan.seed + 5, at, 4 * 3_600_000)))
  const buffersKiB = Math.floor(left * 0.012)
  return { freeKiB: left - cachedKiB - buffersKiB, buffersKiB, cachedKiB }
}

function cpuStats(
  host: SimulatedHost,
  cpuNum: number,
  at: number,
): { readonly field: string; readonly value: bigint }[] {
  if (cpuNum !== -1 && (cpuNum < 0 || cpuNum >= host.threads)) {
    throw new LibvirtFault(8, origin.none, 'Invalid cpuNum in virHostCPUGetStatsLinux', ['virHostCPUGetStatsLinux', 'cpuNum'], [0, 0]) // prettier-ignore
  }
  const times = hostCpu(host, at)
  const share = cpuNum === -1 ? 1 : (0.9 + 0.2 * unitAt(host.plan.seed, cpuNum)) / host.threads
  const row = (field: string, ms: number) => ({ field, value: nsOf(ms * share) })
  return [
    row('kernel', times.kernelMs),
    row('user', times.userMs),
    row('idle', times.idleMs),
    row('iowait', times.iowaitMs),
  ]
}

function memoryStats(
  host: SimulatedHost,
  cell: number,
  at: number,
): { readonly field: string; readonly value: bigint }[] {
  const { sockets } = host.plan.model
  if (cell !== -1 && (cell < 0 || cell >= sockets)) {
    throw new LibvirtFault(8, origin.none, `cellNum in virHostMemGetStats must be less than or equal to ${sockets - 1}`, ['virHostMemGetStats', 'cellNum'], [0, 0]) // prettier-ignore
  }
  const { freeKiB, buffersKiB, cachedKiB } = hostMemory(host, at)
  const row = (field: string, kib: number) => ({ field, value: BigInt(Math.floor(kib)) })
  if (cell !== -1) return [row('total', host.memoryKiB / sockets), row('free', freeKiB / sockets)]
  return [row('total', host.memoryKiB), row('free', freeKiB), row('buffers', buffersKiB), row('cached', cachedKiB)]
}

const freeBytes = (host: SimulatedHost, at: number): bigint => BigInt(hostMemory(host, at).freeKiB) * 1024n

/**
 * A call with nparams 0 asks how many there are; any other number must be right.
 * @throws {LibvirtFault} 8
 */
function exactly<T>(
  params: readonly T[],
  nparams: number,
  who: string,
  wording: string,
): { params: readonly T[]; nparams: number } {
  if (nparams === 0) return { params: [], nparams: params.length }
  if (nparams === params.length) return { params, nparams }
  throw new LibvirtFault(8, origin.none, `nparams in ${who} ${wording} ${params.length}`, [who, 'nparams'], [0, 0])
}

export const hostProcedures: Handlers = {
  connectGetType: () => ({ type: 'QEMU' }),
  connectGetVersion: () => ({ hvVer: QEMU_VERSION }),
  connectGetLibVersion: () => ({ libVer: LIB_VERSION }),
  connectGetHostname: (_, { host }) => ({ hostname: host.plan.name }),
  connectGetUri: () => ({ uri: 'qemu:///system' }),
  connectIsSecure: () => ({ secure: 1 }),
  connectGetSysinfo: (_, { host }) => ({ sysinfo: sysinfoXml(host) }),
  connectGetMaxVcpus: ({ type }) => {
    if (type !== null && !['kvm', 'qemu', 'hvf'].includes(type)) throw fault(8, origin.qemu, `unknown type '${type}'`)
    return { maxVcpus: MAX_VCPUS }
  },
  connectGetCapabilities: (_, { host }) => ({ capabilities: capabilitiesXml(host) }),
  connectGetDomainCapabilities: (args, { host }) => ({ capabilities: domainCapabilitiesXml(host, args) }),
  nodeGetInfo: (_, { host }) => {
    const { arch, mhz, sockets, coresPerSocket, threadsPerCore } = host.plan.model
    const memory = BigInt(host.memoryKiB)
    // libvirt counts sockets per NUMA cell, and these boards have a cell for each socket.
    return {
      model: arch,
      memory,
      cpus: host.threads,
      mhz,
      nodes: sockets,
      sockets: 1,
      cores: coresPerSocket,
      threads: threadsPerCore,
    }
  },
  nodeGetCpuStats: ({ cpuNum, nparams }, { host, at }) =>
    exactly(cpuStats(host, cpuNum, at), nparams, 'virHostCPUGetStatsLinux', 'must be equal to'),
  nodeGetMemoryStats: ({ cellNum, nparams }, { host, at }) =>
    exactly(memoryStats(host, cellNum, at), nparams, 'virHostMemGetStatsLinux', 'must be'),
  nodeGetFreeMemory: (_, { host, at }) => ({ freeMem: freeBytes(host, at) }),
  nodeGetCellsFreeMemory: ({ startCell, maxcells }, { host, at }) => {
    const { sockets } = host.plan.model
    const each = freeBytes(host, at) / BigInt(sockets)
    return { cells: new Array<bigint>(Math.max(0, Math.min(maxcells, sockets - startCell))).fill(each) }
  },
  nodeGetCpuMap: ({ needMap, needOnline }, { host }) => {
    const map = new Uint8Array(Math.ceil(host.threads / 8))
    for (let cpu = 0; cpu < host.threads; cpu++) map[cpu >> 3] = (map[cpu >> 3] ?? 0) | (1 << (cpu & 7))
    return { cpumap: needMap ? map : new Uint8Array(0), online: needOnline ? host.threads : 0, ret: host.threads }
  },
  nodeGetSecurityModel: () => ({ model: 'none', doi: '0' }),
  nodeGetFreePages: ({ pages, startCell, cellCount }, { host, at }) => {
    const { sockets } = host.plan.model
    const cells = Math.max(0, Math.min(cellCount, sockets - startCell))
    const small = freeBytes(host, at) / 4096n / BigInt(sockets)
    return { counts: Array.from({ length: cells }, () => pages.map(size => (size === 4 ? small : 0n))).flat() }
  },
  connectGetCpuModelNames: ({ arch, needResults }, { host }) => {
    const models = arch === host.arch ? [...new Set(['qemu64', 'Conroe', 'Penryn', host.plan.model.cpuModel])] : []
    return { models: needResults ? models : [], ret: models.length }
  },
}
