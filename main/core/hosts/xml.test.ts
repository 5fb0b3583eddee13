import { expect, test } from 'vitest'
import { attribute, child, children, escapeXml, parseXml, text, XmlError } from './xml.ts'

test('reads elements, attributes and text', () => {
  const root = parseXml('<a x="1"><b>one</b><b y="2"> two </b><c/></a>', 'a')
  expect(attribute(root, 'x')).toBe('1')
  expect(children(root, 'b').map(text)).toEqual(['one', 'two'])
  expect(attribute(children(root, 'b')[1] ?? null, 'y')).toBe('2')
  expect(child(root, 'c')).not.toBeNull()
  expect(child(root, 'd', 'e')).toBeNull()
})

test('text stays text: a serial number of zeros is no number', () => {
  expect(text(child(parseXml('<a><serial>0010e5</serial></a>', 'a'), 'serial'))).toBe('0010e5')
})

test('puts back the five names and numbers of characters, and nothing else', () => {
  const root = parseXml('<a t="&lt;&#x41;&#66;&quot;">R&amp;D &unknown; &amp;lt;</a>', 'a')
  expect(attribute(root, 't')).toBe('<AB"')
  expect(text(root)).toBe('R&D &unknown; &lt;')
})

test.each([
  ['entities that would grow without end', '<!DOCTYPE a [<!ENTITY x "&y;&y;"><!ENTITY y "lol">]><a>&x;</a>'],
  ['an external entity', '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'],
  ['another root', '<b/>'],
  ['a tag that is not closed', '<a><b></a>'],
  ['nothing', ''],
  ['more depth than any domain has', `${'<a>'.repeat(200)}${'</a>'.repeat(200)}`],
  ['more characters than any machine needs', `<a>${' '.repeat(270_000)}</a>`],
  ['names that JavaScript gives a meaning to', '<a><constructor>x</constructor></a>'],
])('refuses %s', (_what, xml) => {
  expect(() => parseXml(xml, 'a')).toThrow(XmlError)
})

test('capabilities may be longer, for they name every processor and every kind of guest', () => {
  expect(parseXml(`<capabilities>${' '.repeat(1_000_000)}</capabilities>`, 'capabilities')).not.toBeNull()
  expect(() => parseXml(`<capabilities>${' '.repeat(1_100_000)}</capabilities>`, 'capabilities')).toThrow(XmlError)
})

test('of very many children the first ones are read', () => {
  const root = parseXml(`<a>${'<b/>'.repeat(5_000)}</a>`, 'a')
  expect(children(root, 'b')).toHaveLength(1_024)
})

test('what every object has is not in every element', () => {
  const root = parseXml('<a/>', 'a')
  expect([child(root, 'toString'), child(root, 'hasOwnProperty'), attribute(root, 'constructor')]).toEqual([
    null,
    null,
    null,
  ])
})

test('what is escaped comes back as it was, in text and in attributes', () => {
  const hostile = `a<b>&c"d'e\tf\ng]]>h 部门 😀`
  const root = parseXml(`<a t="${escapeXml(hostile)}">${escapeXml(hostile)}</a>`, 'a')
  expect(attribute(root, 't')).toBe(hostile)
  expect(text(root)).toBe(hostile)
})

test.each(['\u0000', '\u0008', '\ud800', '\uffff'])('a character that XML cannot hold is refused', bad => {
  expect(() => escapeXml(`a${bad}`)).toThrow(XmlError)
})
