import { fault, origin } from '#demo/host/faults.ts'
import { findNetwork } from '#demo/host/find.ts'
import type { SimulatedHost } from '#demo/host/host.ts'
import { networkRef, type SimulatedNetwork } from '#demo/host/network.ts'
import { networkXml, readNetwork } from '#demo/xml/network.ts'
import { libvirtCode } from '#wire/libvirt/index.ts'
import type { Handlers } from './handlers.ts'

const { NetworkEventLifecycleType: Happened, ConnectListAllNetworksFlags: Flag } = libvirtCode

const lifecycle = (host: SimulatedHost, network: SimulatedNetwork, event: number) =>
  host.emit('networkLifecycle', { net: networkRef(network), event, detail: 0 })

function isListed(network: SimulatedNetwork, flags: number): boolean {
  const rows = [
    [Flag.ACTIVE, network.isActive, Flag.INACTIVE],
    [Flag.PERSISTENT, network.isPersistent, Flag.TRANSIENT],
    [Flag.AUTOSTART, network.autostart, Flag.NO_AUTOSTART],
  ] as const
  return rows.every(([yes, holds, no]) => (flags & (yes | no)) === 0 || (flags & (holds ? yes : no)) !== 0)
}

/** @throws {LibvirtFault} 9 when name or UUID belong to another network */
function makeNetwork(host: SimulatedHost, xml: string, isPersistent: boolean): SimulatedNetwork {
  const definition = readNetwork(xml, () => host.freshMac())
  const namesake = host.networks.get(definition.name)
  if (namesake && namesake.uuid !== definition.uuid) {
    throw fault(9, origin.network, `network '${definition.name}' already exists with uuid ${namesake.uuid}`)
  }
  for (const other of host.networks.values()) {
    if (other !== namesake && other.uuid === definition.uuid) {
      throw fault(9, origin.network, `network '${other.name}' is already defined with uuid ${definition.uuid}`)
    }
  }
  const network: SimulatedNetwork = {
    ...definition,
    uuid: definition.uuid ?? host.freshUuid(),
    bridge: definition.bridge ?? `virbr${host.networks.size}`,
    isActive: namesake?.isActive ?? false,
    isPersistent: isPersistent || (namesake?.isPersistent ?? false),
    autostart: namesake?.autostart ?? false,
  }
  host.networks.set(network.name, network)
  return network
}

function define(host: SimulatedHost, xml: string): { net: { name: string; uuid: string } } {
  const network = makeNetwork(host, xml, true)
  lifecycle(host, network, Happened.DEFINED)
  return { net: networkRef(network) }
}

function start(host: SimulatedHost, network: SimulatedNetwork): void {
  if (network.isActive) throw fault(55, origin.network, 'network is already active')
  network.isActive = true
  lifecycle(host, network, Happened.STARTED)
}

export const networkProcedures: Handlers = {
  connectListAllNetworks: ({ needResults, flags }, { host }) => {
    const found = [...host.networks.values()].filter(network => isListed(network, flags))
    return { nets: needResults ? found.map(networkRef) : [], ret: found.length }
  },
  networkLookupByName: ({ name }, { host }) => {
    const network = host.networks.get(name)
    if (!network) throw fault(43, origin.network, `no network with matching name '${name}'`)
    return { net: networkRef(network) }
  },
  networkLookupByUuid: ({ uuid }, { host }) => {
    for (const network of host.networks.values()) if (network.uuid === uuid) return { net: networkRef(network) }
    throw fault(43, origin.network, `no network with matching uuid '${uuid}'`)
  },
  networkDefineXml: ({ xml }, { host }) => define(host, xml),
  networkDefineXmlFlags: ({ xml }, { host }) => define(host, xml),
  networkCreateXml: ({ xml }, { host }) => {
    const network = makeNetwork(host, xml, false)
    start(host, network)
    return { net: networkRef(network) }
  },
  networkCreate: ({ net }, { host }) => (start(host, findNetwork(host, net)), {}),
  networkDestroy: ({ net }, { host }) => {
    const network = findNetwork(host, net)
    if (!network.isActive) throw fault(55, origin.network, `network '${network.name}' is not active`)
    network.isActive = false
    if (!network.isPersistent) host.networks.delete(network.name)
    lifecycle(host, network, Happened.STOPPED)
    return {}
  },
  networkUndefine: ({ net }, { host }) => {
    const network = findNetwork(host, net)
    if (!network.isPersistent) throw fault(55, origin.network, "can't undefine transient network")
    network.isPersistent = false
    network.autostart = false
    if (!network.isActive) host.networks.delete(network.name)
    lifecycle(host, network, Happened.UNDEFINED)
    return {}
  },
  networkGetXmlDesc: ({ net }, { host }) => ({ xml: networkXml(findNetwork(host, net)) }),
  networkGetBridgeName: ({ net }, { host }) => ({ name: findNetwork(host, net).bridge }),
  networkGetAutostart: ({ net }, { host }) => ({ autostart: findNetwork(host, net).autostart ? 1 : 0 }),
  networkSetAutostart: ({ net, autostart }, { host }) => {
    const network = findNetwork(host, net)
    if (!network.isPersistent) throw fault(55, origin.network, 'cannot set autostart for transient network')
    network.autostart = autostart !== 0
    return {}
  },
  networkIsActive: ({ net }, { host }) => ({ active: findNetwork(host, net).isActive ? 1 : 0 }),
  networkIsPersistent: ({ net }, { host }) => ({ persistent: findNetwork(host, net).isPersistent ? 1 : 0 }),
  networkGetDhcpLeases: ({ net }, { host }) => (findNetwork(host, net), { leases: [], ret: 0 }),
  networkListAllPorts: ({ network }, { host }) => (findNetwork(host, network), { ports: [], ret: 0 }),
  connectListAllInterfaces: () => ({ ifaces: [], ret: 0 }),
  connectListAllNodeDevices: () => ({ devices: [], ret: 0 }),
  connectListAllNwfilters: () => ({ filters: [], ret: 0 }),
  connectListAllSecrets: () => ({ secrets: [], ret: 0 }),
}
