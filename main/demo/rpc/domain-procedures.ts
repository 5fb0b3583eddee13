import { LibvirtFault, fault, origin } from '#demo/host/faults.ts'
import { findMachine, machineByName } from '#demo/host/find.ts'
import type { SimulatedHost } from '#demo/host/host.ts'
import type { SimulatedMachine } from '#demo/host/machine.ts'
import { liveXml, storedXml } from '#demo/xml/domain-live.ts'
import { libvirtCode, typedParam, type TypedParam } from '#wire/libvirt/index.ts'
import { isListed } from './domain-filter.ts'
import { diskCounters, diskFile, machineStats, netBytes, nsOf } from './domain-stats.ts'
import type { Handlers } from './handlers.ts'

const INACTIVE_XML = libvirtCode.DomainXMLFlags.INACTIVE
const Tag = libvirtCode.DomainMemoryStatTags

function domainXml(host: SimulatedHost, machine: SimulatedMachine, flags = 0): string {
  const { live } = machine
  if (!live || (flags & INACTIVE_XML) !== 0) return storedXml(machine.config)
  // Names and notes are one for both: setting them on a running machine shows at once.
  return liveXml(live, {
    id: machine.id,
    taps: machine.taps,
    bridgeOf: name => host.networks.get(name)?.bridge,
    cpuModel: host.plan.model.cpuModel,
  })
}

/** @throws {LibvirtFault} 55 in the words that statistics calls use */
function checkActive(machine: SimulatedMachine, detail = 'domain is not running', from: number = origin.domain): void {
  if (!machine.isActive) throw fault(55, from, detail)
}

function memoryStats(machine: SimulatedMachine, at: number): { tag: number; val: bigint }[] {
  const { current } = machine
  const memory = machine.memory(at, machine.read(at).upMs)
  const actual = { tag: Tag.ACTUAL_BALLOON, val: BigInt(current.currentMemoryKiB) }
  const rss = { tag: Tag.RSS, val: BigInt(memory.rssKiB) }
  if (!current.hasBalloonStats) return [actual, { tag: Tag.LAST_UPDATE, val: 0n }, rss]
  return [
    actual,
    { tag: Tag.SWAP_IN, val: 0n },
    { tag: Tag.SWAP_OUT, val: 0n },
    { tag: Tag.UNUSED, val: BigInt(memory.unusedKiB) },
    { tag: Tag.AVAILABLE, val: BigInt(memory.availableKiB) },
    { tag: Tag.USABLE, val: BigInt(memory.usableKiB) },
    { tag: Tag.LAST_UPDATE, val: BigInt(Math.floor(at / 10_000) * 10) },
    { tag: Tag.DISK_CACHES, val: BigInt(memory.cachesKiB) },
    rss,
  ]
}

/** @throws {LibvirtFault} 8 for a disk that the machine does not have */
function diskIndex(machine: SimulatedMachine, host: SimulatedHost, path: string, problem: string): number {
  const index = machine.current.disks.findIndex(
    disk => disk.target === path || diskFile(host, disk, host.now())?.path === path,
  )
  if (index < 0) throw fault(8, origin.qemu, problem)
  return index
}

function blockParams(machine: SimulatedMachine, index: number, at: number): TypedParam[] {
  const io = diskCounters(machine, machine.read(at), index)
  const row = (name: string, value: bigint) => typedParam.llong(name, value)
  return [
    row('wr_bytes', io.writeBytes),
    row('wr_operations', io.writeRequests),
    row('rd_bytes', io.readBytes),
    row('rd_operations', io.readRequests),
    row('flush_operations', io.flushRequests),
    row('wr_total_times', io.writeNs),
    row('rd_total_times', io.readNs),
    row('flush_total_times', io.flushNs),
  ]
}

/** Each virtual CPU may run on every thread. */
function cpuMap(threads: number, maplen: number): Uint8Array {
  const map = new Uint8Array(maplen)
  for (let cpu = 0; cpu < Math.min(threads, maplen * 8); cpu++) map[cpu >> 3] = (map[cpu >> 3] ?? 0) | (1 << (cpu & 7))
  return map
}

const lookups: Handlers = {
  connectListAllDomains: ({ needResults, flags }, { host }) => {
    const found = [...host.machines.values()].filter(machine => isListed(machine, flags))
    return { domains: needResults ? found.map(machine => machine.ref) : [], ret: found.length }
  },
  connectNumOfDomains: (_, { host }) => ({
    num: [...host.machines.values()].filter(machine => machine.isActive).length,
  }),
  domainLookupById: ({ id }, { host }) => {
    for (const machine of host.machines.values()) if (machine.isActive && machine.id === id) return { dom: machine.ref }
    throw fault(42, origin.qemu, `no domain with matching id ${id}`)
  },
  domainLookupByName: ({ name }, { host }) => {
    const machine = machineByName(host, name)
    if (!machine) throw fault(42, origin.qemu, `no domain with matching name '${name}'`)
    return { dom: machine.ref }
  },
  domainLookupByUuid: ({ uuid }, { host }) => {
    const machine = host.machines.get(uuid)
    if (!machine) throw fault(42, origin.qemu, `no domain with matching uuid '${uuid}'`)
    return { dom: machine.ref }
  },
}

const states: Handlers = {
  domainGetXmlDesc: ({ dom, flags }, { host }) => ({ xml: domainXml(host, findMachine(host, dom), flags) }),
  domainGetInfo: ({ dom }, { host, at }) => {
    const machine = findMachine(host, dom)
    const { memoryKiB, currentMemoryKiB, currentVcpus } = machine.current
    const cpuTime = machine.isActive ? nsOf(machine.cpuMs(at)) : 0n
    return {
      state: machine.state,
      maxMem: BigInt(memoryKiB),
      memory: BigInt(currentMemoryKiB),
      nrVirtCpu: currentVcpus,
      cpuTime,
    }
  },
  domainGetState: ({ dom }, { host }) => {
    const { state, reason } = findMachine(host, dom)
    return { state, reason }
  },
  domainGetControlInfo: ({ dom }, { host }) => {
    checkActive(findMachine(host, dom))
    return { state: 0, details: 0, stateTime: 0n }
  },
  domainIsActive: ({ dom }, { host }) => ({ active: findMachine(host, dom).isActive ? 1 : 0 }),
  domainIsPersistent: ({ dom }, { host }) => ({ persistent: findMachine(host, dom).isPersistent ? 1 : 0 }),
  domainIsUpdated: ({ dom }, { host }) => ({ updated: (findMachine(host, dom), 0) }),
  domainHasManagedSaveImage: ({ dom }, { host }) => ({ result: (findMachine(host, dom), 0) }),
  domainGetAutostart: ({ dom }, { host }) => ({ autostart: findMachine(host, dom).autostart ? 1 : 0 }),
  domainGetMaxMemory: ({ dom }, { host }) => ({ memory: BigInt(findMachine(host, dom).current.memoryKiB) }),
  domainGetMessages: ({ dom }, { host }) => ({ msgs: (findMachine(host, dom), []) }),
  domainListAllSnapshots: ({ dom }, { host }) => (findMachine(host, dom), { snapshots: [], ret: 0 }),
  domainListAllCheckpoints: ({ dom }, { host }) => (findMachine(host, dom), { checkpoints: [], ret: 0 }),
}

const figures: Handlers = {
  connectGetAllDomainStats: ({ doms, stats, flags }, { host, at }) => {
    const wanted =
      doms.length === 0 ? [...host.machines.values()] : doms.flatMap(({ uuid }) => host.machines.get(uuid) ?? [])
    const listed = wanted.filter(machine => isListed(machine, flags & 0xff))
    return { retStats: listed.map(machine => ({ dom: machine.ref, params: machineStats(host, machine, stats, at) })) }
  },
  domainMemoryStats: ({ dom, maxStats }, { host, at }) => {
    const machine = findMachine(host, dom)
    checkActive(machine)
    return { stats: memoryStats(machine, at).slice(0, maxStats) }
  },
  domainGetVcpus: ({ dom, maxinfo, maplen }, { host, at }) => {
    const machine = findMachine(host, dom)
    checkActive(machine, 'cannot retrieve vcpu information for inactive domain', origin.qemu)
    const { vcpuMs } = machine.read(at)
    const vcpus = Math.min(maxinfo, machine.current.currentVcpus)
    const info = Array.from({ length: vcpus }, (_, number) => ({
      number,
      state: 1,
      cpuTime: nsOf(vcpuMs[number] ?? 0),
      cpu: (machine.id + number) % host.threads,
    }))
    const map = cpuMap(host.threads, maplen)
    return { info, cpumaps: Uint8Array.from({ length: maplen * vcpus }, (_, at) => map[at % maplen] ?? 0) }
  },
  domainBlockStatsFlags: ({ dom, path, nparams }, { host, at }) => {
    const machine = findMachine(host, dom)
    checkActive(machine)
    const params =
      path === ''
        ? sumOfDisks(machine, at)
        : blockParams(machine, diskIndex(machine, host, path, `invalid path: ${path}`), at)
    return {
      params: nparams === 0 ? [] : params.slice(0, nparams),
      nparams: nparams === 0 ? params.length : Math.min(nparams, params.length),
    }
  },
  domainGetBlockInfo: ({ dom, path }, { host, at }) => {
    const machine = findMachine(host, dom)
    const disk = machine.current.disks[diskIndex(machine, host, path, `invalid path ${path} not assigned to domain`)]
    const file = disk && diskFile(host, disk, at)
    const [capacity, allocation] = [BigInt(file?.capacity ?? 0), BigInt(file?.allocation ?? 0)]
    return { allocation, capacity, physical: allocation }
  },
  domainInterfaceStats: ({ dom, device }, { host, at }) => {
    const machine = findMachine(host, dom)
    checkActive(machine)
    const isOwn = machine.taps.includes(device) || machine.current.nics.some(({ mac }) => mac === device)
    if (!isOwn) throw fault(8, origin.domain, `'${device}' is not a known interface`)
    const { rx, tx } = netBytes(machine, machine.read(at))
    const [rxBytes, txBytes] = [BigInt(Math.floor(rx)), BigInt(Math.floor(tx))]
    return {
      rxBytes,
      rxPackets: rxBytes / 640n,
      rxErrs: 0n,
      rxDrop: 0n,
      txBytes,
      txPackets: txBytes / 640n,
      txErrs: 0n,
      txDrop: 0n,
    }
  },
  domainGetJobInfo: ({ dom }, { host }) => {
    checkActive(findMachine(host, dom))
    return { type: 0, timeElapsed: 0n, timeRemaining: 0n, dataTotal: 0n, dataProcessed: 0n, dataRemaining: 0n, memTotal: 0n, memProcessed: 0n, memRemaining: 0n, fileTotal: 0n, fileProcessed: 0n, fileRemaining: 0n } // prettier-ignore
  },
  domainGetJobStats: ({ dom }, { host }) => (checkActive(findMachine(host, dom)), { type: 0, params: [] }),
  domainInterfaceAddresses: ({ dom, source }, { host }) => {
    checkActive(findMachine(host, dom))
    if (source === libvirtCode.DomainInterfaceAddressesSource.AGENT) throw agentFault()
    return { ifaces: [] }
  },
  domainGetGuestInfo: ({ dom }, { host }) => {
    checkActive(findMachine(host, dom))
    throw agentFault()
  },
  qemuDomainAgentCommand: ({ dom }, { host }) => {
    checkActive(findMachine(host, dom))
    throw agentFault()
  },
}

/** Simulated guests run no agent. */
const agentFault = (): LibvirtFault => fault(86, origin.qemu, 'QEMU guest agent is not connected')

function sumOfDisks(machine: SimulatedMachine, at: number): TypedParam[] {
  const each = machine.current.disks.map((_, index) => blockParams(machine, index, at))
  return (each[0] ?? []).map((first, field) => {
    const sum = each.reduce((total, params) => total + BigInt(params[field]?.value ?? 0), 0n)
    return typedParam.llong(first.name, sum)
  })
}

export const domainProcedures: Handlers = { ...lookups, ...states, ...figures }
