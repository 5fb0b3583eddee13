import type { VmMark } from './model.ts'
import { sizeBytes } from './units.ts'
import { readMark } from './vm-mark.ts'
import { attribute, child, children, parseXml, text, type XmlNode } from './xml.ts'

/** What only the definition of a VM tells. */
export type DomainFacts = {
  readonly uuid: string
  readonly name: string
  readonly title: string | null
  readonly vcpus: number
  readonly memoryBytes: number
  /** Targets of real disks, `vda`; removable ones are left out. */
  readonly disks: readonly string[]
  /** Targets of drives whose medium comes and goes. */
  readonly removable: readonly string[]
  readonly mark: VmMark | null
}

/**
 * Reads a domain's XML.
 * @throws {XmlError} not a domain, or without name and UUID
 * @source libvirt's domain format; `vcpu` holds the maximum and `current` what is plugged in
 */
export function readDomain(xml: string): DomainFacts {
  const domain = parseXml(xml, 'domain')
  const vcpu = child(domain, 'vcpu')
  const memory = child(domain, 'memory')
  const disks = children(child(domain, 'devices'), 'disk')
  const isReal = (disk: XmlNode): boolean => ['disk', 'lun', null].includes(attribute(disk, 'device'))
  return {
    uuid: text(child(domain, 'uuid')) ?? '',
    name: text(child(domain, 'name')) ?? '',
    title: text(child(domain, 'title')),
    vcpus: wholeNumber(attribute(vcpu, 'current') ?? text(vcpu)) ?? 1,
    memoryBytes: sizeBytes(text(memory), attribute(memory, 'unit'), 'KiB') ?? 0,
    disks: disks.filter(isReal).flatMap(targetOf),
    removable: disks.filter(disk => !isReal(disk)).flatMap(targetOf),
    mark: readMark(domain),
  }
}

const targetOf = (disk: XmlNode): string | readonly [] => attribute(child(disk, 'target'), 'dev') ?? []

function wholeNumber(value: string | null): number | null {
  return value !== null && /^\d{1,5}$/.test(value) ? Number(value) : null
}
