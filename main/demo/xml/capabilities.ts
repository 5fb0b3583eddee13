import type { SimulatedHost } from '#demo/host/host.ts'
import { threadsOf } from '#demo/plan/hardware.ts'
import { formatXml, node, type XmlNode } from './tree.ts'

const machineTypes: Readonly<Record<string, readonly string[]>> = {
  x86_64: ['pc-i440fx-7.2', 'pc', 'pc-q35-7.2', 'q35', 'pc-i440fx-6.2', 'pc-q35-6.2', 'pc-i440fx-5.2', 'pc-q35-5.2'],
  aarch64: ['virt-7.2', 'virt', 'virt-6.2', 'virt-5.2'],
}

function hostCpu(host: SimulatedHost): XmlNode {
  const { model } = host.plan
  return node('cpu', {}, [
    node('arch', {}, model.arch),
    node('model', {}, model.cpuModel),
    node('vendor', {}, model.cpuVendor),
    node('topology', {
      sockets: '1',
      dies: '1',
      cores: String(model.coresPerSocket),
      threads: String(model.threadsPerCore),
    }),
    ...model.features.map(name => node('feature', { name })),
    ...[4, 2048, 1_048_576].map(size => node('pages', { unit: 'KiB', size: String(size) })),
  ])
}

/** Threads are numbered as Linux does it: first one thread of each core, socket after socket, then the second ones. */
function cellCpus(host: SimulatedHost, socket: number): readonly XmlNode[] {
  const { sockets, coresPerSocket, threadsPerCore } = host.plan.model
  const cores = sockets * coresPerSocket
  return Array.from({ length: coresPerSocket * threadsPerCore }, (_, index) => {
    const core = socket * coresPerSocket + (index % coresPerSocket)
    const siblings = Array.from({ length: threadsPerCore }, (_, thread) => core + thread * cores)
    return node('cpu', {
      id: String(core + Math.floor(index / coresPerSocket) * cores),
      socket_id: String(socket),
      die_id: '0',
      core_id: String(index % coresPerSocket),
      siblings: siblings.join(','),
    })
  })
}

function topology(host: SimulatedHost): XmlNode {
  const { sockets } = host.plan.model
  const memoryKiB = Math.floor(host.memoryKiB / sockets)
  const cells = Array.from({ length: sockets }, (_, id) => {
    const cpus = cellCpus(host, id)
    const distances = Array.from({ length: sockets }, (_, other) =>
      node('sibling', { id: String(other), value: other === id ? '10' : '20' }),
    )
    return node('cell', { id: String(id) }, [
      node('memory', { unit: 'KiB' }, String(memoryKiB)),
      node('pages', { unit: 'KiB', size: '4' }, String(Math.floor(memoryKiB / 4))),
      node('distances', {}, distances),
      node('cpus', { num: String(cpus.length) }, cpus),
    ])
  })
  return node('topology', {}, [node('cells', { num: String(sockets) }, cells)])
}

function guest(arch: string): XmlNode {
  const machines = (machineTypes[arch] ?? []).map(name =>
    ['pc', 'q35', 'virt'].includes(name)
      ? node(
          'machine',
          { canonical: name === 'pc' ? 'pc-i440fx-7.2' : name === 'q35' ? 'pc-q35-7.2' : 'virt-7.2', maxCpus: '255' },
          name,
        )
      : node('machine', { maxCpus: '255' }, name),
  )
  return node('guest', {}, [
    node('os_type', {}, 'hvm'),
    node('arch', { name: arch }, [
      node('wordsize', {}, '64'),
      node('emulator', {}, `/usr/bin/qemu-system-${arch}`),
      ...machines,
      node('domain', { type: 'qemu' }),
      node('domain', { type: 'kvm' }),
    ]),
    node('features', {}, [
      node('acpi', { default: 'on', toggle: 'yes' }),
      node('cpuselection'),
      node('deviceboot'),
      node('disksnapshot', { default: 'on', toggle: 'no' }),
    ]),
  ])
}

export function capabilitiesXml(host: SimulatedHost): string {
  const transports = ['tcp', 'rdma'].map(name => node('uri_transport', {}, name))
  const own = node('host', {}, [
    node('uuid', {}, host.plan.uuid),
    hostCpu(host),
    node('power_management', {}, [node('suspend_mem')]),
    node('iommu', { support: host.arch === 'x86_64' ? 'no' : 'yes' }),
    node('migration_features', {}, [node('live'), node('uri_transports', {}, transports)]),
    topology(host),
    node('secmodel', {}, [node('model', {}, 'none'), node('doi', {}, '0')]),
    node('secmodel', {}, [node('model', {}, 'dac'), node('doi', {}, '0')]),
  ])
  return formatXml(node('capabilities', {}, [own, guest(host.arch)]))
}

/** SMBIOS as an administrator's inventory reads it: maker, product, serial number, processors. */
export function sysinfoXml(host: SimulatedHost): string {
  const { model, serial, uuid } = host.plan
  const entry = (name: string, value: string) => node('entry', { name }, value)
  const processors = Array.from({ length: model.sockets }, (_, index) =>
    node('processor', {}, [
      entry('socket_destination', `CPU${index + 1}`),
      entry('type', 'Central Processor'),
      entry('manufacturer', model.cpuVendor === 'Intel' ? 'Intel(R) Corporation' : model.cpuVendor),
      entry('version', model.processor),
      entry('max_speed', `${model.mhz} MHz`),
      entry('status', 'Populated, Enabled'),
    ]),
  )
  return formatXml(
    node('sysinfo', { type: 'smbios' }, [
      node('bios', {}, [
        entry('vendor', model.vendor),
        entry('version', `${1 + (threadsOf(model) % 5)}.${host.plan.seed % 10}.0`),
      ]),
      node('system', {}, [
        entry('manufacturer', model.vendor),
        entry('product', model.product),
        entry('serial', serial),
        entry('uuid', uuid),
      ]),
      node('chassis', {}, [entry('manufacturer', model.vendor), entry('serial', serial)]),
      ...processors,
    ]),
  )
}

type Asked = { readonly arch: string | null; readonly machine: string | null; readonly virttype: string | null }

export function domainCapabilitiesXml(host: SimulatedHost, asked: Asked): string {
  const arch = asked.arch ?? host.arch
  return formatXml(
    node('domainCapabilities', {}, [
      node('path', {}, `/usr/bin/qemu-system-${arch}`),
      node('domain', {}, asked.virttype ?? 'kvm'),
      node('machine', {}, asked.machine ?? machineTypes[arch]?.[0] ?? ''),
      node('arch', {}, arch),
      node('vcpu', { max: '255' }),
      node('iothreads', { supported: 'yes' }),
      node('cpu', {}, [
        node('mode', { name: 'host-passthrough', supported: 'yes' }),
        node('mode', { name: 'host-model', supported: 'yes' }, [
          node('model', { fallback: 'forbid' }, host.plan.model.cpuModel),
        ]),
        node('mode', { name: 'custom', supported: 'yes' }, [
          node('model', { usable: 'yes' }, host.plan.model.cpuModel),
        ]),
      ]),
    ]),
  )
}
