import { expect, test } from 'vitest'
import { pickMove } from './pick-move.ts'

test('arrows go one item, page keys a page, both stop at the ends', () => {
  expect(pickMove('ArrowDown', 3, 10, 5)).toBe(4)
  expect(pickMove('ArrowUp', 0, 10, 5)).toBe(0)
  expect(pickMove('PageDown', 7, 10, 5)).toBe(9)
  expect(pickMove('PageUp', 7, 10, 5)).toBe(2)
  expect(pickMove('End', 0, 10, 5)).toBe(9)
  expect(pickMove('Home', 9, 10, 5)).toBe(0)
})

test('without an open item the first key opens the first', () => {
  expect(pickMove('ArrowDown', -1, 10, 5)).toBe(0)
  expect(pickMove('ArrowUp', -1, 10, 5)).toBe(0)
})

test('an empty list and a letter move nothing', () => {
  expect(pickMove('ArrowDown', -1, 0, 5)).toBeNull()
  expect(pickMove('j', 3, 10, 5)).toBeNull()
})
