import { expect, test } from 'vitest'
import { roundTop } from './scale.ts'

const top = (values: readonly (number | null)[], unit = 1): number => roundTop([{ values }], unit)

test('the top of a scale is a round number above the largest value', () => {
  expect([top([3, 7]), top([0.45]), top([130, null]), top([10])]).toEqual([8, 0.6000000000000001, 200, 10])
})

test('round means round in the unit that is shown', () => {
  const mb = 1024 ** 2
  expect(top([5.1 * mb], mb)).toBe(6 * mb)
})

test('an empty or silent series still has a scale', () => {
  expect([top([]), top([null, 0]), top([0], 1024)]).toEqual([1, 1, 1024])
})
