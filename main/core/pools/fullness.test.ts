import { expect, test } from 'vitest'
import { fullness } from './fullness.ts'

const amounts = { physical: 100, promisable: 200, promised: 100, used: 10, reserve: 0 }

test.each([
  ['half promised', {}, 'ample'],
  ['just below 85 % promised', { promised: 169 }, 'ample'],
  ['85 % promised', { promised: 170 }, 'tight'],
  ['all promised', { promised: 200 }, 'full'],
  ['more promised than a lost host leaves', { promisable: 0 }, 'full'],
  ['80 % used', { used: 80 }, 'busy'],
  ['90 % used', { used: 90 }, 'strained'],
  ['85 % promised and 80 % used', { promised: 170, used: 80 }, 'tight'],
  ['85 % promised and 90 % used', { promised: 170, used: 90 }, 'strained'],
  ['all promised and used', { promised: 200, used: 100 }, 'full'],
  ['nobody knows what is used', { used: null }, 'ample'],
  ['nobody knows what may be promised', { promisable: null }, null],
  ['nobody knows what is promised', { promised: null }, null],
])('%s', (_, changes, state) => {
  expect(fullness({ ...amounts, ...changes })).toBe(state)
})
