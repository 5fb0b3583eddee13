import { expect, test } from 'vitest'
import { readSample } from './clock-offset.ts'

test('the answer belongs to the middle of the round trip', () => {
  const sample = readSample('1764061200.500000000', 1_764_061_198_000, 20)
  expect(sample?.offsetMs).toBeCloseTo(2489.5)
  expect(sample?.uncertaintyMs).toBeCloseTo(10.5)
})

test.each(['1764061200', '1764061200.%N', '1764061200.N'])('%s is known to half a second', answer => {
  const sample = readSample(answer, 1_764_061_200_500, 0)
  expect(sample?.offsetMs).toBeCloseTo(-0.5)
  expect(sample?.uncertaintyMs).toBeCloseTo(500.5)
})

test.each(['', 'date: not found', '17', '-1764061200'])('%j tells no time', answer => {
  expect(readSample(answer, 0, 0)).toBeNull()
})
