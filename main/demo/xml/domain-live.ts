import type { Definition } from '#demo/host/definition.ts'
import { definitionTree } from './domain-definition.ts'
import { child, formatXml, node, type XmlNode } from './tree.ts'

export type LiveFacts = {
  readonly id: number
  /** Host devices of the interfaces, in their order. */
  readonly taps: readonly string[]
  /** Bridge behind a network's name, where it is known. */
  readonly bridgeOf: (network: string) => string | undefined
  readonly cpuModel: string
}

const alias = (name: string): XmlNode => node('alias', { name })
const firstVncPort = 5900

/** Puts an alias where libvirt does: before the address. */
function withAlias(device: XmlNode, name: string): XmlNode {
  const addresses = device.children.filter(item => item.name === 'address')
  const rest = device.children.filter(item => item.name !== 'address' && item.name !== 'alias')
  return { ...device, children: [...rest, alias(name), ...addresses] }
}

function liveDisk(disk: XmlNode, number: number): XmlNode {
  const bus = child(disk, 'target')?.attributes.bus ?? 'virtio'
  const children = disk.children.flatMap(item =>
    item.name === 'source'
      ? [{ ...item, attributes: { ...item.attributes, index: String(number + 1) } }, node('backingStore')]
      : [item],
  )
  return withAlias({ ...disk, children }, `${bus}-disk${number}`)
}

function liveInterface(nic: XmlNode, number: number, facts: LiveFacts): XmlNode {
  const children = nic.children.flatMap(item => {
    if (item.name !== 'source') return item.name === 'target' ? [] : [item]
    const { network } = item.attributes
    const bridge = network === undefined ? undefined : facts.bridgeOf(network)
    const attributes = bridge === undefined ? item.attributes : { ...item.attributes, bridge }
    return [{ ...item, attributes }, node('target', { dev: facts.taps[number] ?? `vnet${number}` })]
  })
  return withAlias({ ...nic, children }, `net${number}`)
}

function liveGraphics(graphics: XmlNode, id: number): XmlNode {
  const { listen = '127.0.0.1', port, ...rest } = graphics.attributes
  const assigned = port === undefined || port === '-1' ? String(firstVncPort + id - 1) : port
  return node('graphics', { ...rest, port: assigned, autoport: rest.autoport ?? 'yes', listen }, [
    node('listen', { type: 'address', address: listen }),
  ])
}

function liveChannel(channel: XmlNode, number: number, id: number, name: string): XmlNode {
  const children = channel.children.flatMap(item => {
    if (item.name !== 'target') return item.name === 'source' ? [] : [item]
    const path = `/var/lib/libvirt/qemu/channel/target/domain-${id}-${name}/${item.attributes.name ?? ''}`
    return [
      node('source', { mode: 'bind', path }),
      { ...item, attributes: { ...item.attributes, state: 'disconnected' } },
    ]
  })
  return withAlias({ ...channel, children }, `channel${number}`)
}

const plainAliases: Readonly<Record<string, string>> = {
  input: 'input',
  video: 'video',
  rng: 'rng',
  watchdog: 'watchdog',
}

function liveDevice(device: XmlNode, number: number, definition: Definition, facts: LiveFacts): XmlNode {
  const pty = node('source', { path: `/dev/pts/${facts.id}` })
  switch (device.name) {
    case 'disk':
      return liveDisk(device, number)
    case 'interface':
      return liveInterface(device, number, facts)
    case 'graphics':
      return liveGraphics(device, facts.id)
    case 'channel':
      return liveChannel(device, number, facts.id, definition.name)
    case 'controller': {
      const { type = '', index = '0' } = device.attributes
      return withAlias(device, type === 'usb' ? 'usb' : type === 'pci' ? `pci.${index}` : `${type}${index}`)
    }
    case 'serial':
    case 'console': {
      const tty = device.name === 'console' ? { tty: `/dev/pts/${facts.id}` } : {}
      const children = [pty, ...device.children.filter(item => item.name !== 'source')]
      return withAlias({ ...device, attributes: { ...device.attributes, ...tty }, children }, `serial${number}`)
    }
    case 'memballoon':
      return device.attributes.model === 'none' ? device : withAlias(device, 'balloon0')
    default: {
      const prefix = plainAliases[device.name]
      return prefix === undefined ? device : withAlias(device, `${prefix}${number}`)
    }
  }
}

function liveCpu(cpu: XmlNode, cpuModel: string): XmlNode {
  if (cpu.attributes.mode === 'host-passthrough') return cpu
  const features = ['hypervisor', 'lahf_lm'].map(name => node('feature', { policy: 'require', name }))
  if (cpu.attributes.mode !== 'host-model') {
    const others = features.filter(made => !cpu.children.some(item => item.attributes.name === made.attributes.name))
    return { ...cpu, attributes: { ...cpu.attributes, check: 'full' }, children: [...cpu.children, ...others] }
  }
  return node('cpu', { mode: 'custom', match: 'exact', check: 'full' }, [
    node('model', { fallback: 'forbid' }, cpuModel),
    ...features,
  ])
}

/** The XML of a running machine: what was defined, and what was assigned at its start. */
export function liveXml(definition: Definition, facts: LiveFacts): string {
  const body = definition.body().map(element => {
    if (element.name === 'cpu') return liveCpu(element, facts.cpuModel)
    if (element.name !== 'devices') return element
    const counts = new Map<string, number>()
    const children = element.children.map(device => {
      const number = counts.get(device.name) ?? 0
      counts.set(device.name, number + 1)
      return liveDevice(device, number, definition, facts)
    })
    return { ...element, children }
  })
  const assigned = [
    node('resource', {}, [node('partition', {}, '/machine')]),
    node('seclabel', { type: 'dynamic', model: 'dac', relabel: 'yes' }, [
      node('label', {}, '+107:+107'),
      node('imagelabel', {}, '+107:+107'),
    ]),
  ].filter(made => !body.some(item => item.name === made.name))
  return formatXml(definitionTree({ ...definition, body: () => [...body, ...assigned] }, { id: String(facts.id) }))
}

/** The XML as it is stored, which the next start will use. */
export const storedXml = (definition: Definition): string => formatXml(definitionTree(definition))
