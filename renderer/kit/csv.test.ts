import { expect, test } from 'vitest'
import { csvOf } from './csv.ts'

test('fields with commas, quotes and line ends are quoted, and Excel sees UTF-8', () => {
  expect(csvOf(['名称', '备注'], [['a,b', 'say "hi"\nbye']])).toBe('\uFEFF名称,备注\r\n"a,b","say ""hi""\nbye"\r\n')
})

test('a name that a spreadsheet would run as a formula is defused, a negative number is not', () => {
  expect(csvOf(['a'], [['=cmd|x'], ['@x'], [-3], [null]])).toBe("\uFEFFa\r\n'=cmd|x\r\n'@x\r\n-3\r\n\r\n")
})
