import { expect, test } from 'vitest'
import { hrefOf, parsePlace } from './router.ts'

test('an address leads back to the place it was made of', () => {
  const query = { open: 'h1.6008a72f-e38e', name: '市教育局 a&b=c' }
  expect(parsePlace(hrefOf('vms', query))).toEqual({ path: 'vms', query })
})

test('what is not chosen does not stand in the address', () => {
  expect(hrefOf('hosts', { open: null, tab: undefined, show: '' })).toBe('#/hosts')
})

test('an empty address is the home of whoever opens it', () => {
  expect(parsePlace('')).toEqual({ path: '', query: {} })
  expect(parsePlace('#/').path).toBe('')
})
