import { expect, test } from 'vitest'
import '#kit/i18n/index.ts'
import { figuresOf, usedText } from './size.ts'

const GIB = 1024 ** 3
const TIB = 1024 * GIB
const plain = (texts: readonly string[]): readonly string[] => texts.map(text => text.replaceAll('\u2009', ' '))

test('whole amounts have no decimals, and one that is not whole gives all of them one', () => {
  expect(plain(figuresOf('memory', 25 * GIB, 41 * GIB, 89 * GIB))).toEqual(['25', '41', '89 GB'])
  expect(plain(figuresOf('memory', 88 * GIB, 89 * GIB, 90.7 * GIB))).toEqual(['88.0', '89.0', '90.7 GB'])
})

test('what is asked of some terabytes can be seen in the figures', () => {
  expect(plain(figuresOf('storage', 1_229 * GIB, 1_309 * GIB, 3.1 * TIB))).toEqual(['1,229', '1,309', '3,174 GB'])
})

test('tens of terabytes are told in terabytes', () => {
  expect(plain(figuresOf('storage', 12 * TIB, 24.5 * TIB))).toEqual(['12.0', '24.5 TB'])
})

test('cores are counted, with the unit at the end', () => {
  expect(plain([usedText('cpu', 24, 64)])).toEqual(['24 / 64 核'])
})
