import type { MachinePlan } from '#demo/plan/machines.ts'
import { completeBody } from '#demo/xml/domain-defaults.ts'
import { node, type XmlNode } from '#demo/xml/tree.ts'
import type { Definition } from './definition.ts'

const imageFolder = '/var/lib/libvirt/images'

function bodyOf(plan: MachinePlan, arch: string): readonly XmlNode[] {
  const disks = plan.disks.map(disk =>
    node('disk', { type: 'file', device: 'disk' }, [
      node('driver', { name: 'qemu', type: 'qcow2', cache: 'none' }),
      node('source', { file: `${imageFolder}/${disk.volume}` }),
      node('target', { dev: disk.target, bus: 'virtio' }),
    ]),
  )
  const devices = [
    ...disks,
    node('interface', { type: 'network' }, [
      node('mac', { address: plan.mac }),
      node('source', { network: plan.network }),
      node('model', { type: 'virtio' }),
    ]),
    node('channel', { type: 'unix' }, [node('target', { type: 'virtio', name: 'org.qemu.guest_agent.0' })]),
    node('graphics', { type: 'vnc', port: '-1', autoport: 'yes' }, [node('listen', { type: 'address' })]),
    node('video', {}, [node('model', { type: arch === 'x86_64' ? 'vga' : 'virtio', heads: '1', primary: 'yes' })]),
    node('memballoon', { model: 'virtio' }, [node('stats', { period: '10' })]),
  ]
  const cpu = arch === 'x86_64' ? { mode: 'host-model', check: 'partial' } : { mode: 'host-passthrough', check: 'none' }
  return completeBody(
    [
      node('os', {}, [node('type', { arch }, 'hvm')]),
      node('features', {}, [node('acpi'), node('apic')]),
      node('cpu', cpu),
      node('devices', {}, devices),
    ],
    { arch, freshMac: () => plan.mac },
  )
}

/** A machine of the plan as if an administrator had defined it; its XML is made when somebody asks for it. */
export function plannedDefinition(plan: MachinePlan, arch: string): Definition {
  return {
    name: plan.name,
    uuid: plan.uuid,
    type: 'kvm',
    title: plan.title,
    description: plan.description,
    metadata: [],
    memoryKiB: plan.memoryKiB,
    currentMemoryKiB: plan.memoryKiB,
    maximumVcpus: plan.vcpus,
    currentVcpus: plan.vcpus,
    disks: plan.disks.map(disk => ({
      target: disk.target,
      bus: 'virtio',
      device: 'disk',
      source: { kind: 'path', path: `${imageFolder}/${disk.volume}` },
    })),
    nics: [{ mac: plan.mac, source: { kind: 'network', network: plan.network } }],
    hasBalloon: true,
    hasBalloonStats: true,
    body: () => bodyOf(plan, arch),
  }
}
