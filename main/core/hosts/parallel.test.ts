import { expect, test } from 'vitest'
import { inParallel } from './parallel.ts'

test('keeps the order and never does more at a time than allowed', async () => {
  let [busy, most] = [0, 0]
  const results = await inParallel([5, 1, 4, 2, 3], 2, async item => {
    most = Math.max(most, ++busy)
    await new Promise(resolve => setTimeout(resolve, item))
    busy--
    return item * 10
  })
  expect(results).toEqual([50, 10, 40, 20, 30])
  expect(most).toBe(2)
})

test('the first failure fails the whole', async () => {
  await expect(
    inParallel([1, 2, 3], 2, item => (item === 2 ? Promise.reject(new Error('no')) : Promise.resolve(item))),
  ).rejects.toThrow('no')
})
