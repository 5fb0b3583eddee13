import { attribute, child, children, escapeXml, parseXml, text, XmlError } from './xml.ts'
import type { NewVolume } from './model.ts'

export type Capabilities = {
  readonly uuid: string | null
  readonly arch: string
  readonly cpuModel: string | null
  readonly sockets: number | null
  readonly cores: number | null
  readonly virtualisation: 'kvm' | 'qemu'
}

/** @throws {XmlError} @source libvirt's capabilities format */
export function readCapabilities(xml: string): Capabilities {
  const capabilities = parseXml(xml, 'capabilities')
  const cpu = child(capabilities, 'host', 'cpu')
  const arch = text(child(cpu, 'arch')) ?? 'unknown'
  const guests = children(capabilities, 'guest')
    .filter(guest => text(child(guest, 'os_type')) === 'hvm')
    .map(guest => child(guest, 'arch'))
    .filter(guest => attribute(guest, 'name') === arch)
  const types = guests.flatMap(guest => children(guest, 'domain').map(domain => attribute(domain, 'type')))
  const threads = children(child(capabilities, 'host', 'topology', 'cells'), 'cell').flatMap(cell =>
    children(child(cell, 'cpus'), 'cpu'),
  )
  const sockets = new Set(threads.map(thread => attribute(thread, 'socket_id')))
  const cores = new Set(threads.map(thread => `${attribute(thread, 'socket_id')}.${attribute(thread, 'siblings')}`))
  return {
    uuid: text(child(capabilities, 'host', 'uuid')),
    arch,
    cpuModel: text(child(cpu, 'model')),
    sockets: sockets.size || null,
    cores: cores.size || null,
    virtualisation: types.includes('kvm') ? 'kvm' : 'qemu',
  }
}

export type Hardware = {
  readonly model: string | null
  readonly serial: string | null
  readonly cpuModel: string | null
}

/** What the firmware says of the machine. @throws {XmlError} @source libvirt's sysinfo format, from SMBIOS */
export function readSysinfo(xml: string): Hardware {
  const sysinfo = parseXml(xml, 'sysinfo')
  const entry = (group: string, name: string): string | null =>
    known(text(children(child(sysinfo, group), 'entry').find(each => attribute(each, 'name') === name) ?? null))
  const model = [entry('system', 'manufacturer'), entry('system', 'product')].filter(each => each !== null).join(' ')
  return { model: model || null, serial: entry('system', 'serial'), cpuModel: entry('processor', 'version') }
}

/** Makers leave placeholders in the firmware; they are no facts. */
function known(value: string | null): string | null {
  const isPlaceholder =
    /^(not (specified|applicable|available|present|settable)|none|unknown|default string|to be filled.*|system (serial number|product name|manufacturer)|0+|n\/a)$/i
  return value === null || isPlaceholder.test(value) ? null : value
}

/** @throws {XmlError} @source libvirt's storage pool format */
export function readPoolType(xml: string): string {
  return attribute(parseXml(xml, 'pool'), 'type') ?? 'unknown'
}

/** @throws {XmlError} @source libvirt's network format */
export function readNetwork(xml: string): { readonly bridge: string | null; readonly forward: string | null } {
  const network = parseXml(xml, 'network')
  const forward = child(network, 'forward')
  return {
    bridge: attribute(child(network, 'bridge'), 'name'),
    // Without a mode it is NAT; without the element the network is isolated.
    forward: forward ? (attribute(forward, 'mode') ?? 'nat') : null,
  }
}

/** @source libvirt's storage volume format */
export function newVolumeXml({ name, capacityBytes, format }: NewVolume): string {
  if (name === '' || name.includes('/')) throw new XmlError(`no name for a volume: ${JSON.stringify(name)}`)
  if (!Number.isSafeInteger(capacityBytes) || capacityBytes <= 0) throw new RangeError('a volume has a size')
  return `<volume><name>${escapeXml(name)}</name><capacity unit="bytes">${capacityBytes}</capacity><allocation>0</allocation><target><format type="${format}"/></target></volume>`
}
