import { XMLParser } from 'fast-xml-parser'

/** An element: attributes under `@name`, text under `#text`, children under their names. Nothing else looks inside. */
export type XmlNode = { readonly [name: string]: unknown }

/** XML that a machine sent and that is not what libvirt writes. */
export class XmlError extends Error {
  override readonly name = 'XmlError'
}

/** Reading takes some 100 ms for as much, during which nothing else runs. A domain with hundreds of disks is shorter. */
const MAX_CHARS = 262_144
/** The capabilities of the largest machines are a third of it; they are read once for each connection. */
const MAX_CAPABILITIES_CHARS = 1_048_576
const MAX_DEPTH = 64
/** Children of one name that are read; the rest is left out. */
const MAX_CHILDREN = 1_024

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  // Nothing is expanded while parsing; the five names and numbers that libvirt uses are put back on reading.
  processEntities: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  maxNestedTags: MAX_DEPTH,
})

/**
 * Reads a document whose root has that name.
 * @throws {XmlError} too long, too deep, not well-formed, with a document type, or another root
 */
export function parseXml(text: string, root: string): XmlNode {
  if (text.length > (root === 'capabilities' ? MAX_CAPABILITIES_CHARS : MAX_CHARS))
    throw new XmlError(`${root}: ${text.length} characters are too many`)
  if (/<!DOCTYPE/i.test(text)) throw new XmlError(`${root}: has a document type`)
  const document = parseDocument(text, root)
  const node = asNode(document[root])
  if (!node) throw new XmlError(`there is no element ${root}`)
  return node
}

function parseDocument(text: string, root: string): XmlNode {
  try {
    return asNode(parser.parse(text, true)) ?? {}
  } catch (cause) {
    throw new XmlError(`${root}: cannot be read`, { cause })
  }
}

export function children(node: XmlNode | null, name: string): XmlNode[] {
  const value = node && Object.hasOwn(node, name) ? node[name] : undefined
  const all: readonly unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value]
  return all.slice(0, MAX_CHILDREN).flatMap((each): XmlNode[] => {
    const node = asNode(each)
    return node ? [node] : []
  })
}

/** The element at the end of a path of names, the first one where several have a name; null: none. */
export function child(node: XmlNode | null, ...path: readonly string[]): XmlNode | null {
  return path.reduce<XmlNode | null>((at, name) => children(at, name)[0] ?? null, node)
}

/** Text of an element, without white space around it; null: there is none. */
export function text(node: XmlNode | null): string | null {
  return node ? stringOf(node['#text']) : null
}

export function attribute(node: XmlNode | null, name: string): string | null {
  return node ? stringOf(node[`@${name}`]) : null
}

/** Names of an element's children. */
export function childNames(node: XmlNode | null): string[] {
  return Object.keys(node ?? {}).filter(name => !name.startsWith('@') && name !== '#text')
}

/** For text and for attribute values in either kind of quotes. @throws {XmlError} on characters that XML cannot hold */
export function escapeXml(value: string): string {
  const illegal = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u
  if (illegal.test(value)) throw new XmlError('holds a character that XML cannot hold')
  return value.replace(/[&<>"'\t\n\r]/g, found => `&#${found.charCodeAt(0)};`)
}

/** An element without attributes is its text alone. */
function asNode(value: unknown): XmlNode | null {
  if (typeof value === 'string') return { '#text': value }
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as XmlNode) : null
}

function stringOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? unescape(value) : null
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function unescape(value: string): string {
  return value.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]{2,4}));/gi,
    (whole, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return Object.hasOwn(named, name) ? (named[name] ?? whole) : whole
      const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
      return point > 0 && point <= 0x10_ff_ff ? String.fromCodePoint(point) : whole
    },
  )
}
