import type { VmMark } from './model.ts'
import { attribute, child, childNames, children, escapeXml, type XmlNode } from './xml.ts'

const NAMESPACE = 'https://yunlong.invalid/vm'

/** The element that tells, on the host itself, for whom a VM was made and by which job. */
export function markXml(mark: VmMark): string {
  const attributes = [
    ['job', mark.jobId],
    ['grant', mark.grantId],
    ['department', mark.departmentId],
    ['application', mark.applicationId],
  ] as const
  const given = attributes.flatMap(([name, value]) => (value === null ? [] : ` ${name}="${escapeXml(value)}"`))
  return `<yunlong:vm xmlns:yunlong="${NAMESPACE}"${given.join('')}/>`
}

/** Reads it back from a domain; null: this product did not make that VM. */
export function readMark(domain: XmlNode): VmMark | null {
  const metadata = child(domain, 'metadata')
  const found = childNames(metadata)
    .flatMap(name => children(metadata, name).map(node => ({ name, node })))
    .find(({ name, node }) => isMark(name, node))
  if (!found) return null
  return {
    jobId: attribute(found.node, 'job'),
    grantId: attribute(found.node, 'grant'),
    departmentId: attribute(found.node, 'department'),
    applicationId: attribute(found.node, 'application'),
  }
}

/** The prefix is only a nickname; what counts is the namespace that it stands for. */
function isMark(name: string, node: XmlNode): boolean {
  const [prefix, local] = name.includes(':') ? name.split(':') : [undefined, name]
  return local === 'vm' && attribute(node, prefix === undefined ? 'xmlns' : `xmlns:${prefix}`) === NAMESPACE
}
