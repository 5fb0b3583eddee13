import type { Definition } from '#demo/host/definition.ts'
import { LibvirtFault, fault, origin } from '#demo/host/faults.ts'
import { findMachine } from '#demo/host/find.ts'
import type { SimulatedHost } from '#demo/host/host.ts'
import * as life from '#demo/host/lifecycle.ts'
import type { SimulatedMachine } from '#demo/host/machine.ts'
import { checkedTitle, readDefinition } from '#demo/xml/domain-definition.ts'
import { formatXml, parseXml, type XmlNode } from '#demo/xml/tree.ts'
import { libvirtCode } from '#wire/libvirt/index.ts'
import type { Handlers } from './handlers.ts'

const Impact = libvirtCode.DomainModificationImpact
const Kind = libvirtCode.DomainMetadataType
const START_PAUSED = libvirtCode.DomainCreateFlags.START_PAUSED
const MAXIMUM = libvirtCode.DomainVcpuFlags.MAXIMUM

const read = (host: SimulatedHost, xml: string): Definition =>
  readDefinition(xml, { arch: host.arch, freshUuid: () => host.freshUuid(), freshMac: () => host.freshMac() })

type Change = (definition: Definition) => Definition

/**
 * Applies a change to the running configuration, the stored one or both, as the flags say.
 * @throws {LibvirtFault} 55 for a running configuration that does not exist
 */
function modify(
  machine: SimulatedMachine,
  flags: number,
  change: Change,
  live = change,
): { readonly touchedLive: boolean } {
  const impact = flags & (Impact.LIVE | Impact.CONFIG)
  const touchesLive = impact === 0 ? machine.isActive : (impact & Impact.LIVE) !== 0
  const touchesConfig = impact === 0 ? !machine.isActive : (impact & Impact.CONFIG) !== 0
  if (touchesLive && !machine.live) throw fault(55, origin.domain, 'domain is not running')
  if (touchesConfig && !machine.isPersistent) {
    throw fault(55, origin.domain, 'transient domains do not have any persistent config')
  }
  if (touchesLive && machine.live) machine.live = live(machine.live)
  if (touchesConfig) machine.config = change(machine.config)
  return { touchedLive: touchesLive }
}

type MetadataArgs = {
  readonly type: number
  readonly metadata: string | null
  readonly key: string | null
  readonly uri: string | null
}

function withElement(definition: Definition, args: MetadataArgs, element: XmlNode | null): Definition {
  const namespace = (item: XmlNode) => {
    const prefix = item.name.includes(':') ? item.name.slice(0, item.name.indexOf(':')) : null
    return item.attributes[prefix === null ? 'xmlns' : `xmlns:${prefix}`]
  }
  const others = definition.metadata.filter(item => namespace(item) !== args.uri)
  if (!element) return { ...definition, metadata: others }
  const prefixed = {
    ...element,
    name: `${args.key}:${element.name}`,
    attributes: { [`xmlns:${args.key}`]: args.uri ?? '', ...element.attributes },
  }
  return { ...definition, metadata: [...others, prefixed] }
}

function metadataChange(args: MetadataArgs): Change {
  if (args.type === Kind.TITLE) {
    const title = checkedTitle(args.metadata)
    return definition => ({ ...definition, title })
  }
  if (args.type === Kind.DESCRIPTION) return definition => ({ ...definition, description: args.metadata })
  if (args.metadata !== null && args.key === null) {
    throw new LibvirtFault(8, origin.domain, 'key in virDomainSetMetadata must not be NULL', ['virDomainSetMetadata', 'key'], [0, 0]) // prettier-ignore
  }
  const element = args.metadata === null ? null : parseXml(args.metadata, 'metadata_xml', origin.domain)
  return definition => withElement(definition, args, element)
}

function metadataOf(definition: Definition, type: number, uri: string | null): string {
  const absent = () => fault(80, origin.domain, 'Requested metadata element is not present')
  if (type !== Kind.ELEMENT) {
    const text = type === Kind.TITLE ? definition.title : definition.description
    if (text === null) throw absent()
    return text
  }
  const found = definition.metadata.find(item =>
    Object.entries(item.attributes).some(([name, value]) => name.startsWith('xmlns') && value === uri),
  )
  if (!found) throw absent()
  const name = found.name.replace(/^.*:/, '')
  const attributes = Object.fromEntries(Object.entries(found.attributes).filter(([key]) => !key.startsWith('xmlns')))
  return formatXml({ ...found, name, attributes }, '', '"').trimEnd()
}

const definitions: Handlers = {
  domainDefineXml: ({ xml }, { host }) => ({ dom: life.define(host, read(host, xml)).ref }),
  domainDefineXmlFlags: ({ xml }, { host }) => ({ dom: life.define(host, read(host, xml)).ref }),
  domainCreateXml: async ({ xmlDesc, flags }, { host }) => {
    const machine = await life.createTransient(host, read(host, xmlDesc), (flags & START_PAUSED) !== 0)
    return { dom: machine.ref }
  },
  domainUndefine: ({ dom }, { host }) => (life.undefine(host, findMachine(host, dom)), {}),
  domainUndefineFlags: ({ dom }, { host }) => (life.undefine(host, findMachine(host, dom)), {}),
  domainRename: ({ dom, newName }, { host }) => {
    if (newName === null || newName === '') throw fault(55, origin.domain, "can't rename domain to an empty name")
    return (life.rename(host, findMachine(host, dom), newName), { retcode: 0 })
  },
}

const power: Handlers = {
  domainCreate: async ({ dom }, { host }) => (await life.start(host, findMachine(host, dom)), {}),
  domainCreateWithFlags: async ({ dom, flags }, { host }) => {
    const machine = findMachine(host, dom)
    await life.start(host, machine, (flags & START_PAUSED) !== 0)
    return { dom: machine.ref }
  },
  domainShutdown: ({ dom }, { host }) => (life.shutdown(host, findMachine(host, dom)), {}),
  domainShutdownFlags: ({ dom }, { host }) => (life.shutdown(host, findMachine(host, dom)), {}),
  domainReboot: ({ dom }, { host }) => (life.reboot(host, findMachine(host, dom)), {}),
  domainReset: ({ dom }, { host }) => (life.reset(host, findMachine(host, dom)), {}),
  domainDestroy: async ({ dom }, { host }) => (await life.destroy(host, findMachine(host, dom)), {}),
  domainDestroyFlags: async ({ dom }, { host }) => (await life.destroy(host, findMachine(host, dom)), {}),
  domainSuspend: ({ dom }, { host }) => (life.suspend(host, findMachine(host, dom)), {}),
  domainResume: ({ dom }, { host }) => (life.resume(host, findMachine(host, dom)), {}),
  domainSetAutostart: ({ dom, autostart }, { host }) => {
    const machine = findMachine(host, dom)
    if (!machine.isPersistent) throw fault(55, origin.qemu, 'cannot set autostart for transient domain')
    machine.autostart = autostart !== 0
    return {}
  },
}

function setMemory(machine: SimulatedMachine, memoryKiB: number, flags: number): void {
  const isMaximum = (flags & libvirtCode.DomainMemoryModFlags.MAXIMUM) !== 0
  if (isMaximum && machine.isActive && (flags & Impact.CONFIG) === 0) {
    throw fault(55, origin.qemu, 'cannot resize the maximum memory on an active domain')
  }
  modify(machine, flags, definition => {
    if (isMaximum)
      return { ...definition, memoryKiB, currentMemoryKiB: Math.min(definition.currentMemoryKiB, memoryKiB) }
    if (memoryKiB <= definition.memoryKiB) return { ...definition, currentMemoryKiB: memoryKiB }
    throw fault(8, origin.qemu, 'cannot set memory higher than max memory')
  })
}

function setVcpus(host: SimulatedHost, machine: SimulatedMachine, count: number, flags: number): void {
  const change =
    (kind: 'live' | 'persistent'): Change =>
    definition => {
      if ((flags & MAXIMUM) !== 0)
        return { ...definition, maximumVcpus: count, currentVcpus: Math.min(count, definition.currentVcpus) }
      if (count <= definition.maximumVcpus) return { ...definition, currentVcpus: count }
      throw fault(
        8,
        origin.qemu,
        `requested vcpus is greater than max allowable vcpus for the ${kind} domain: ${count} > ${definition.maximumVcpus}`,
      )
    }
  if (count < 1) throw fault(8, origin.domain, 'nvcpus in virDomainSetVcpusFlags must be greater than zero')
  const live: Change = definition => {
    const changed = change('live')(definition)
    if (changed.currentVcpus >= machine.bootVcpus) return changed
    throw fault(67, origin.qemu, 'failed to find appropriate hotpluggable vcpus to reach the desired target vcpu count')
  }
  const { touchedLive } = modify(machine, flags, change('persistent'), live)
  if (touchedLive && machine.live) machine.setLiveVcpus(host.now(), machine.live)
}

const settings: Handlers = {
  domainSetMetadata: ({ dom, flags, ...args }, { host }) => {
    const machine = findMachine(host, dom)
    modify(machine, flags, metadataChange(args))
    host.emit('domainMetadataChange', {
      dom: machine.ref,
      type: args.type,
      nsuri: args.type === Kind.ELEMENT ? args.uri : null,
    })
    return {}
  },
  domainGetMetadata: ({ dom, type, uri, flags }, { host }) => {
    const machine = findMachine(host, dom)
    if ((flags & Impact.LIVE) !== 0 && !machine.isActive) throw fault(55, origin.domain, 'domain is not running')
    const definition = (flags & Impact.CONFIG) !== 0 ? machine.config : machine.current
    return { metadata: metadataOf(definition, type, uri) }
  },
  domainSetMemoryFlags: ({ dom, memory, flags }, { host }) => {
    const machine = findMachine(host, dom)
    const before = machine.live?.currentMemoryKiB
    setMemory(machine, Number(memory), flags)
    const after = machine.live?.currentMemoryKiB
    if (after !== undefined && after !== before) {
      host.emit('domainBalloonChange', { dom: machine.ref, actual: BigInt(after) })
    }
    return {}
  },
  domainSetMaxMemory: ({ dom, memory }, { host }) => {
    setMemory(findMachine(host, dom), Number(memory), libvirtCode.DomainMemoryModFlags.MAXIMUM)
    return {}
  },
  domainSetMemoryStatsPeriod: ({ dom, period, flags }, { host }) => {
    modify(findMachine(host, dom), flags, definition => ({
      ...definition,
      hasBalloonStats: period > 0 && definition.hasBalloon,
    }))
    return {}
  },
  domainSetVcpusFlags: ({ dom, nvcpus, flags }, { host }) => (
    setVcpus(host, findMachine(host, dom), nvcpus, flags),
    {}
  ),
  domainGetVcpusFlags: ({ dom, flags }, { host }) => {
    const machine = findMachine(host, dom)
    if ((flags & Impact.LIVE) !== 0 && !machine.isActive) throw fault(55, origin.domain, 'domain is not running')
    const definition = (flags & Impact.CONFIG) !== 0 ? machine.config : machine.current
    return { num: (flags & MAXIMUM) !== 0 ? definition.maximumVcpus : definition.currentVcpus }
  },
}

export const domainChanges: Handlers = { ...definitions, ...power, ...settings }
