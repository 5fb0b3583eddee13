import { LibvirtFault, fault, origin } from '#demo/host/faults.ts'

/** An element; text beside child elements is dropped, as libvirt's own formats have none. */
export type XmlNode = {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlNode[]
  readonly text: string
}

type Open = { name: string; attributes: Record<string, string>; children: XmlNode[]; text: string }

/** An element, from its children or its text. */
export function node(
  name: string,
  attributes: Readonly<Record<string, string | undefined>> = {},
  content: readonly XmlNode[] | string = [],
): XmlNode {
  const present = Object.entries(attributes).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const isText = typeof content === 'string'
  return { name, attributes: Object.fromEntries(present), children: isText ? [] : content, text: isText ? content : '' }
}

export const child = (parent: XmlNode | undefined, name: string): XmlNode | undefined =>
  parent?.children.find(item => item.name === name)
export const childrenOf = (parent: XmlNode | undefined, name: string): readonly XmlNode[] =>
  parent?.children.filter(item => item.name === name) ?? []
export const textOf = (parent: XmlNode | undefined, name: string): string | undefined => {
  const found = child(parent, name)
  return found && found.text.trim() !== '' ? found.text.trim() : undefined
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

const unescaped = (text: string): string =>
  text.replace(/&(#x[0-9a-fA-F]+|#\d+|\w+);/g, (whole, name: string) => {
    if (!name.startsWith('#')) return entities[name] ?? whole
    return String.fromCodePoint(name.startsWith('#x') ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10))
  })

const token =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<!DOCTYPE[^>]*>|<\/([^\s>]+)\s*>|<([^\s/>!?]+)((?:\s+[^\s=/>]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/y
const attribute = /([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g

function attributesOf(text: string): Record<string, string> {
  const found: Record<string, string> = {}
  for (const [, name = '', double, single] of text.matchAll(attribute)) found[name] = unescaped(double ?? single ?? '')
  return found
}

/** What libxml2 says of broken text, as far as a reader needs it: where, what, and the line with a pointer. */
function malformed(what: string, from: number, xml: string, at: number, problem: string): LibvirtFault {
  const before = xml.slice(0, at)
  const number = before.split('\n').length
  const column = at - (before.lastIndexOf('\n') + 1)
  const line = xml.split('\n')[number - 1] || '(null)'
  return fault(35, from, `(${what}):${number}: ${problem}\n${line}\n${'-'.repeat(column)}^`)
}

/**
 * Reads a definition strictly.
 *
 * @param what  what libvirt calls such a text in its messages, such as `domain_definition`
 * @param from  the part of libvirt that reads it
 * @throws {LibvirtFault} 35 when it is not well-formed
 */
export function parseXml(xml: string, what: string, from: number): XmlNode {
  const root: Open = { name: '', attributes: {}, children: [], text: '' }
  const open: Open[] = [root]
  let at = 0
  while (at < xml.length) {
    token.lastIndex = at
    const match = token.exec(xml)
    const top = open.at(-1) as Open
    if (!match) throw malformed(what, from, xml, xml.length, `Couldn't find end of Start Tag ${tagAt(xml, at)}`)
    const [whole, cdata, closing, opening, attributes = '', slash, text] = match
    if (cdata !== undefined) top.text += cdata
    if (text !== undefined) top.text += unescaped(text)
    if (closing !== undefined) {
      if (open.length === 1 || top.name !== closing) {
        throw malformed(what, from, xml, at, `Opening and ending tag mismatch: ${top.name} and ${closing}`)
      }
      if (top.children.length > 0) top.text = ''
      open.pop()
    }
    if (opening !== undefined) {
      if (open.length === 1 && root.children.length > 0) {
        throw malformed(what, from, xml, at, 'Extra content at the end of the document')
      }
      const element: Open = { name: opening, attributes: attributesOf(attributes), children: [], text: '' }
      top.children.push(element)
      if (slash !== '/') open.push(element)
    }
    at += whole.length
  }
  const left = open.at(-1) as Open
  if (open.length > 1) {
    throw malformed(what, from, xml, xml.length, `Premature end of data in tag ${left.name} line 1`)
  }
  const [document] = root.children
  if (!document) throw malformed(what, from, xml, 0, 'Document is empty')
  return document
}

const tagAt = (xml: string, at: number): string => {
  const name = /[^\s<>/]+/.exec(xml.slice(at))?.[0] ?? ''
  return `${name} line ${xml.slice(0, at).split('\n').length}`
}

/** As `parseXml`, of a text whose root must be `root`. @throws {LibvirtFault} 27 for another root */
export function parseRoot(xml: string, root: string, what: string, from: number): XmlNode {
  const document = parseXml(xml, what, from)
  if (document.name === root) return document
  throw fault(27, origin.xml, `expecting root element of '${root}', not '${document.name}'`)
}

const escapedText = (text: string): string =>
  text.replace(/[&<>]/g, letter => (letter === '&' ? '&amp;' : letter === '<' ? '&lt;' : '&gt;'))
const escapedAttribute = (text: string): string => escapedText(text).replaceAll("'", '&apos;').replaceAll('"', '&quot;')

/** Indented as libvirt prints it, with a newline at the end. */
export function formatXml(element: XmlNode, indent = '', quote = "'"): string {
  const attributes = Object.entries(element.attributes)
    .map(([name, value]) => ` ${name}=${quote}${escapedAttribute(value)}${quote}`)
    .join('')
  const start = `${indent}<${element.name}${attributes}`
  if (element.children.length > 0) {
    // What other programs store comes back as libxml2 prints it.
    const innerQuote = element.name === 'metadata' ? '"' : quote
    const inner = element.children.map(item => formatXml(item, `${indent}  `, innerQuote)).join('')
    return `${start}>\n${inner}${indent}</${element.name}>\n`
  }
  return element.text === '' ? `${start}/>\n` : `${start}>${escapedText(element.text)}</${element.name}>\n`
}

const unitBytes: Readonly<Record<string, number>> = {
  b: 1, bytes: 1, KB: 1e3, k: 2 ** 10, K: 2 ** 10, KiB: 2 ** 10, MB: 1e6, M: 2 ** 20, MiB: 2 ** 20,
  GB: 1e9, G: 2 ** 30, GiB: 2 ** 30, TB: 1e12, T: 2 ** 40, TiB: 2 ** 40,
} // prettier-ignore

/**
 * Bytes that an element with a `unit` states.
 * @throws {LibvirtFault} 27 for what is no number
 */
export function bytesOf(element: XmlNode, defaultUnit: string, from: number): number {
  const unit = element.attributes.unit ?? defaultUnit
  const count = Number(element.text.trim())
  const factor = unitBytes[unit]
  if (element.text.trim() === '' || !Number.isFinite(count) || count < 0 || factor === undefined) {
    throw fault(27, from, `malformed ${element.name} element`)
  }
  return Math.floor(count * factor)
}
