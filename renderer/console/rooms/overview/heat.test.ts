import { expect, test } from 'vitest'
import { heatOf, peakCpu } from './heat.ts'

test('an hour in which nothing was measured has no peak rather than a peak of zero', () => {
  expect(peakCpu({ cpuTrend: [null, null], cpuFraction: null })).toBeNull()
  expect(peakCpu({ cpuTrend: [null, 0.4, 0.2], cpuFraction: null })).toBe(0.4)
})

test('shades end at the darkest for a full host', () => {
  expect([0, 0.19, 0.2, 0.79, 0.8, 1, 1.3].map(heatOf)).toEqual([0, 0, 1, 3, 4, 4, 4])
})
