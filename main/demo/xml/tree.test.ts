import { expect, test } from 'vitest'
import { origin } from '#demo/host/faults.ts'
import { bytesOf, formatXml, node, parseXml } from './tree.ts'

const parse = (xml: string) => parseXml(xml, 'domain_definition', origin.domain)

test('reads elements, attributes, text, entities and CDATA, and leaves comments out', () => {
  const text = `<?xml version='1.0'?><!-- one --><a x="1" y='&lt;&#x4e91;'><b/><!-- two --><c>t &amp; u<![CDATA[<v>]]></c></a>`
  expect(parse(text)).toEqual(node('a', { x: '1', y: '<云' }, [node('b'), node('c', {}, 't & u<v>')]))
})

test('writes what it reads', () => {
  const tree = node('a', { x: `<'"&>` }, [node('b', {}, '1 < 2'), node('c', { d: '云' })])
  expect(parse(formatXml(tree))).toEqual(tree)
})

test.each([
  ['<a>', 'Premature end of data in tag a line 1'],
  ['<a', "Couldn't find end of Start Tag a line 1"],
  ['<a></b>', 'Opening and ending tag mismatch: a and b'],
  ['<a/><b/>', 'Extra content at the end of the document'],
  ['<a x=1/>', "Couldn't find end of Start Tag a line 1"],
  ['', 'Document is empty'],
  ['</a>', 'Opening and ending tag mismatch:  and a'],
])('refuses %j with error 35', (xml, problem) => {
  expect(() => parse(xml)).toThrow(
    expect.objectContaining({ code: 35, domain: 20, message: expect.stringContaining(problem) }) as Error,
  )
})

test('reads sizes in their units, and refuses what is none', () => {
  expect(bytesOf(node('memory', { unit: 'MiB' }, '64'), 'KiB', origin.domain)).toBe(64 * 1024 ** 2)
  expect(bytesOf(node('memory', {}, '64'), 'KiB', origin.domain)).toBe(64 * 1024)
  for (const text of ['', 'x', '-1']) {
    expect(() => bytesOf(node('memory', {}, text), 'KiB', origin.domain)).toThrow('malformed memory element')
  }
})
