import { namelessFault, origin } from '#demo/host/faults.ts'
import type { SimulatedNetwork } from '#demo/host/network.ts'
import { canonicalUuid } from './domain-definition.ts'
import { child, formatXml, node, parseRoot, textOf, type XmlNode } from './tree.ts'

export type NetworkDefinition = {
  readonly name: string
  readonly uuid: string | null
  readonly forward: string | null
  readonly bridge: string | null
  readonly rest: readonly XmlNode[]
}

const known = new Set(['name', 'uuid', 'forward', 'bridge'])

/** @throws {LibvirtFault} 35 malformed, 27 another root, 21 without a name */
export function readNetwork(xml: string, freshMac: () => string): NetworkDefinition {
  const root = parseRoot(xml, 'network', 'network_definition', origin.network)
  const name = textOf(root, 'name')
  if (name === undefined) throw namelessFault(origin.network)
  const uuid = textOf(root, 'uuid')
  const forward = child(root, 'forward')
  const rest = root.children.filter(item => !known.has(item.name))
  const mode = forward ? (forward.attributes.mode ?? 'nat') : null
  // A bridge that libvirt makes itself has an address of its own.
  const mac = mode === 'bridge' || child(root, 'mac') ? [] : [node('mac', { address: freshMac() })]
  return {
    name,
    uuid: uuid === undefined ? null : canonicalUuid(uuid, origin.network),
    forward: mode,
    bridge: child(root, 'bridge')?.attributes.name ?? null,
    rest: [...mac, ...rest],
  }
}

export function networkXml({ name, uuid, forward, bridge, rest }: SimulatedNetwork): string {
  const own = forward === 'bridge' ? {} : { stp: 'on', delay: '0' }
  return formatXml(
    node('network', {}, [
      node('name', {}, name),
      node('uuid', {}, uuid),
      ...(forward === null ? [] : [node('forward', { mode: forward })]),
      node('bridge', { name: bridge, ...own }),
      ...rest,
    ]),
  )
}
