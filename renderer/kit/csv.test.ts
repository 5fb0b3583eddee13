import { expect, test } from 'vitest'
import { csvOf, gigabytesOf, percentOf } from './csv.ts'

test('fields with commas, quotes and line ends are quoted, and Excel sees UTF-8', () => {
  expect(csvOf(['名称', '备注'], [['a,b', 'say "hi"\nbye']])).toBe('\uFEFF名称,备注\r\n"a,b","say ""hi""\nbye"\r\n')
})

test('a name that a spreadsheet would run as a formula is defused, a negative number is not', () => {
  expect(csvOf(['a'], [['=cmd|x'], ['@x'], [-3], [null]])).toBe("\uFEFFa\r\n'=cmd|x\r\n'@x\r\n-3\r\n\r\n")
})

test('figures are numbers that a spreadsheet can add up, and what is not known is no zero', () => {
  expect([gigabytesOf(1.337 * 1024 ** 3), gigabytesOf(null)]).toEqual([1.34, null])
  expect([percentOf(0.0834), percentOf(null)]).toEqual([8.3, null])
})
