import { expect, test } from 'vitest'
import type { Amounts } from '#contract/quantities.ts'
import { quotaShortage } from './quota.ts'

const amounts = (vcpus: number, memoryBytes = 0, storageBytes = 0): Amounts => ({ vcpus, memoryBytes, storageBytes })

test('a limit may be reached exactly', () => {
  expect(quotaShortage(amounts(8, 8, 8), amounts(2, 2, 2), amounts(2, 2, 2), amounts(4, 4, 4))).toBe(null)
})

test('a refusal carries the limit, what is used, what is reserved and what is asked', () => {
  expect(quotaShortage(amounts(8, 80, 80), amounts(3), amounts(2), amounts(4))).toEqual({
    pool: 'cpu',
    limit: 8,
    used: 3,
    reserved: 2,
    asked: 4,
  })
})

test('of several limits the one exceeded by the largest part is named', () => {
  expect(quotaShortage(amounts(8, 100, 100), amounts(8, 90, 0), amounts(0), amounts(1, 200, 1))?.pool).toBe('memory')
  expect(quotaShortage(amounts(8, 0, 100), amounts(8), amounts(0), amounts(1, 1, 1))?.pool).toBe('memory')
  expect(quotaShortage(amounts(8, 8), amounts(4, 8), amounts(6, 0), amounts(1, 1))?.pool).toBe('cpu')
})

test('a resource that is not asked for does not forbid, though its limit was lowered below its use', () => {
  expect(quotaShortage(amounts(8, 8, 8), amounts(0, 0, 20), amounts(0), amounts(1, 1, 0))).toBe(null)
})
