import { LibvirtError, type Libvirt } from '#wire/libvirt/index.ts'
import type { Limit } from './errors.ts'
import { readCapabilities, readSysinfo, type Capabilities, type Hardware } from './host-xml.ts'
import type { HostFacts } from './model.ts'
import { kibToBytes, versionOf } from './units.ts'
import { XmlError } from './xml.ts'

const unknownHardware: Hardware = { model: null, serial: null, cpuModel: null }

/** What a machine is. Hardware and versions that a driver cannot tell are null. */
export async function readFacts(libvirt: Libvirt, limit: Limit): Promise<HostFacts> {
  const [{ hostname }, node, { capabilities }, { libVer }, hypervisor, hardware] = await Promise.all([
    libvirt.call('connectGetHostname', {}, limit()),
    libvirt.call('nodeGetInfo', {}, limit()),
    libvirt.call('connectGetCapabilities', {}, limit()),
    libvirt.call('connectGetLibVersion', {}, limit()),
    ifTold(async () => versionOf((await libvirt.call('connectGetVersion', {}, limit())).hvVer), null),
    ifTold(async () => readSysinfo((await libvirt.call('connectGetSysinfo', {}, limit())).sysinfo), unknownHardware),
  ])
  const told = await ifTold<Partial<Capabilities>>(() => Promise.resolve(readCapabilities(capabilities)), {})
  return {
    machineUuid: told.uuid ?? null,
    hostname,
    arch: told.arch ?? node.model,
    cpuModel: hardware.cpuModel ?? told.cpuModel ?? null,
    // Where there are several NUMA nodes, libvirt counts sockets per node.
    sockets: told.sockets ?? node.sockets * node.nodes,
    cores: told.cores ?? node.cores * node.sockets * node.nodes,
    cpuThreads: node.cpus,
    memoryBytes: kibToBytes(node.memory) ?? 0,
    libvirtVersion: versionOf(libVer),
    hypervisorVersion: hypervisor,
    model: hardware.model,
    serial: hardware.serial,
    virtualisation: told.virtualisation ?? 'qemu',
  }
}

/** Not every driver and every machine knows everything; a lost connection is another matter. */
async function ifTold<T>(ask: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof LibvirtError || error instanceof XmlError) return otherwise
    throw error
  }
}
