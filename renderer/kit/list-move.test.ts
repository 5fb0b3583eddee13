import { expect, test } from 'vitest'
import { listMove } from './list-move.ts'

test('arrows go one item, page keys a page, both stop at the ends', () => {
  expect(listMove('ArrowDown', 3, 10, 5)).toBe(4)
  expect(listMove('ArrowUp', 0, 10, 5)).toBe(0)
  expect(listMove('PageDown', 7, 10, 5)).toBe(9)
  expect(listMove('PageUp', 7, 10, 5)).toBe(2)
  expect(listMove('End', 0, 10, 5)).toBe(9)
  expect(listMove('Home', 9, 10, 5)).toBe(0)
})

test('without an open item the first key opens the first', () => {
  expect(listMove('ArrowDown', -1, 10, 5)).toBe(0)
  expect(listMove('ArrowUp', -1, 10, 5)).toBe(0)
})

test('an empty list and a letter move nothing', () => {
  expect(listMove('ArrowDown', -1, 0, 5)).toBeNull()
  expect(listMove('j', 3, 10, 5)).toBeNull()
})
