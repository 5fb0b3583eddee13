import type { Definition, DiskFacts, NicFacts } from '#demo/host/definition.ts'
import { LibvirtFault, fault, namelessFault, origin } from '#demo/host/faults.ts'
import { completeBody } from './domain-defaults.ts'
import { bytesOf, child, childrenOf, node, parseRoot, textOf, type XmlNode } from './tree.ts'

export type DefinitionContext = {
  readonly arch: string
  /** A value for what the definition leaves open: UUID, MAC addresses. */
  readonly freshUuid: () => string
  readonly freshMac: () => string
}

const uuidShape = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i
const domainTypes = ['qemu', 'kvm', 'xen', 'lxc', 'test', 'hvf', 'bhyve', 'vz']
const facts = new Set(['name', 'uuid', 'title', 'description', 'metadata', 'memory', 'currentMemory', 'vcpu'])

/** @throws {LibvirtFault} 27 for what is no UUID */
export function canonicalUuid(text: string, from: number): string {
  if (!uuidShape.test(text)) throw fault(27, from, 'malformed uuid element')
  const digits = text.replaceAll('-', '').toLowerCase()
  return [0, 8, 12, 16, 20].map((start, i, starts) => digits.slice(start, starts[i + 1] ?? 32)).join('-')
}

const wholeKiB = (element: XmlNode): number => Math.ceil(bytesOf(element, 'KiB', origin.domain) / 1024)

function vcpusOf(element: XmlNode | undefined): readonly [maximum: number, current: number] {
  if (!element) return [1, 1]
  const maximum = Number(element.text.trim())
  if (!Number.isInteger(maximum) || maximum < 1) throw fault(27, origin.domain, 'invalid maxvcpus value')
  const current = Number(element.attributes.current ?? maximum)
  if (!Number.isInteger(current) || current < 1) throw fault(27, origin.domain, 'invalid vcpus value')
  if (current > maximum) {
    throw fault(1, origin.domain, `maxvcpus must not be less than current vcpus (${maximum} < ${current})`)
  }
  return [maximum, current]
}

function diskFacts(disk: XmlNode): DiskFacts {
  const [source, target] = [child(disk, 'source')?.attributes ?? {}, child(disk, 'target')?.attributes ?? {}]
  const path = source.file ?? source.dev ?? source.name
  const dev = target.dev
  if (dev === undefined) throw fault(27, origin.domain, 'missing target information for disk')
  const common = { target: dev, bus: target.bus ?? 'virtio', device: disk.attributes.device ?? 'disk' }
  if (source.pool !== undefined && source.volume !== undefined) {
    return { ...common, source: { kind: 'volume', pool: source.pool, volume: source.volume } }
  }
  return { ...common, source: path === undefined ? { kind: 'none' } : { kind: 'path', path } }
}

function nicFacts(nic: XmlNode): NicFacts {
  const source = child(nic, 'source')?.attributes ?? {}
  const mac = child(nic, 'mac')?.attributes.address ?? ''
  if (source.network !== undefined) return { mac, source: { kind: 'network', network: source.network } }
  if (source.bridge !== undefined) return { mac, source: { kind: 'bridge', bridge: source.bridge } }
  return { mac, source: { kind: 'other' } }
}

function checkType(root: XmlNode, arch: string): string {
  const { type } = root.attributes
  if (type === undefined) throw fault(1, origin.domain, 'missing domain type attribute')
  if (!domainTypes.includes(type)) throw fault(67, origin.domain, `invalid domain type ${type}`)
  const os = child(child(root, 'os'), 'type')
  if (textOf(root, 'name') === undefined) throw namelessFault(origin.domain)
  if (!os) throw fault(27, origin.domain, 'an os <type> must be specified')
  const wanted = os.attributes.arch ?? arch
  const known = arch === 'x86_64' ? ['x86_64', 'i686'] : [arch]
  if (!known.includes(wanted)) throw fault(67, origin.qemu, `No emulator found for arch '${wanted}'`)
  if (type !== 'qemu' && type !== 'kvm') throw fault(67, origin.qemu, `No emulator found for type '${type}'`)
  return type
}

/**
 * Reads what DEFINE and CREATE are given, and completes it as the qemu driver does.
 *
 * @throws {LibvirtFault} as libvirtd 9.0.0 refuses: 35 malformed, 27 incomplete, 67 unknown type or architecture
 */
export function readDefinition(xml: string, context: DefinitionContext): Definition {
  const root = parseRoot(xml, 'domain', 'domain_definition', origin.domain)
  const type = checkType(root, context.arch)
  const memory = child(root, 'memory')
  if (!memory) {
    throw fault(27, origin.domain, 'Memory size must be specified via <memory> or in the <numa> configuration')
  }
  const name = textOf(root, 'name') ?? ''
  if (name.includes('/')) throw fault(27, origin.domain, `name ${name} cannot contain '/'`)
  const uuid = textOf(root, 'uuid')
  const memoryKiB = wholeKiB(memory)
  if (memoryKiB === 0)
    throw fault(27, origin.domain, 'Memory size must be specified via <memory> or in the <numa> configuration')
  const current = child(root, 'currentMemory')
  const [maximumVcpus, currentVcpus] = vcpusOf(child(root, 'vcpu'))
  const body = completeBody(
    root.children.filter(item => !facts.has(item.name)),
    { arch: context.arch, freshMac: context.freshMac },
  )
  return {
    name,
    uuid: uuid === undefined ? context.freshUuid() : canonicalUuid(uuid, origin.domain),
    type,
    title: checkedTitle(textOf(root, 'title') ?? null),
    description: textOf(root, 'description') ?? null,
    metadata: child(root, 'metadata')?.children ?? [],
    memoryKiB,
    currentMemoryKiB: Math.min(current ? wholeKiB(current) || memoryKiB : memoryKiB, memoryKiB),
    maximumVcpus,
    currentVcpus,
    ...deviceFacts(body),
    body: () => body,
  }
}

/** @throws {LibvirtFault} 8 for a title of more than one line */
export function checkedTitle(title: string | null): string | null {
  if (title?.includes('\n') !== true) return title
  throw new LibvirtFault(8, origin.domain, "metadata title can't contain newlines", ['virDomainSetMetadata', 'metadata'], [0, 0]) // prettier-ignore
}

function deviceFacts(body: readonly XmlNode[]): Pick<Definition, 'disks' | 'nics' | 'hasBalloon' | 'hasBalloonStats'> {
  const devices = body.find(item => item.name === 'devices')
  const balloon = child(devices, 'memballoon')
  const hasBalloon = balloon !== undefined && balloon.attributes.model !== 'none'
  const period = Number(child(balloon, 'stats')?.attributes.period ?? 0)
  return {
    disks: childrenOf(devices, 'disk').map(diskFacts),
    nics: childrenOf(devices, 'interface').map(nicFacts),
    hasBalloon,
    hasBalloonStats: hasBalloon && period > 0,
  }
}

const order = [
  'name', 'uuid', 'genid', 'title', 'description', 'metadata', 'maxMemory', 'memory', 'currentMemory', 'blkiotune',
  'memtune', 'memoryBacking', 'vcpu', 'vcpus', 'iothreads', 'iothreadids', 'cputune', 'numatune', 'resource', 'sysinfo',
  'bootloader', 'os', 'idmap', 'features', 'cpu', 'clock', 'on_poweroff', 'on_reboot', 'on_crash', 'pm', 'perf',
  'devices', 'seclabel', 'launchSecurity',
] // prettier-ignore

/** The whole `<domain>`, in libvirt's order. */
export function definitionTree(definition: Definition, extra: Readonly<Record<string, string>> = {}): XmlNode {
  const { maximumVcpus, currentVcpus } = definition
  const current = currentVcpus === maximumVcpus ? undefined : String(currentVcpus)
  const heads = [
    node('name', {}, definition.name),
    node('uuid', {}, definition.uuid),
    ...(definition.title === null ? [] : [node('title', {}, definition.title)]),
    ...(definition.description === null ? [] : [node('description', {}, definition.description)]),
    ...(definition.metadata.length === 0 ? [] : [node('metadata', {}, definition.metadata)]),
    node('memory', { unit: 'KiB' }, String(definition.memoryKiB)),
    node('currentMemory', { unit: 'KiB' }, String(definition.currentMemoryKiB)),
    node('vcpu', { placement: 'static', current }, String(maximumVcpus)),
  ]
  const rank = ({ name }: XmlNode) => (order.indexOf(name) + order.length + 1) % (order.length + 1)
  return node(
    'domain',
    { type: definition.type, ...extra },
    [...heads, ...definition.body()].toSorted((a, b) => rank(a) - rank(b)),
  )
}
