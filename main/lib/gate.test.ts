import { expect, test } from 'vitest'
import { Gate } from './gate.ts'

/** Tasks that end when told to; what has begun is in `begun`. */
function tasks(gate: Gate) {
  const begun: string[] = []
  const ends = new Map<string, PromiseWithResolvers<string>>()
  const run = (key: string, name: string): Promise<string> => {
    const end = Promise.withResolvers<string>()
    ends.set(name, end)
    return gate.run(key, () => {
      begun.push(name)
      return end.promise
    })
  }
  const end = async (name: string): Promise<void> => {
    ends.get(name)?.resolve(name)
    await new Promise(resolve => setImmediate(resolve))
  }
  return { begun, run, end, fail: (name: string) => ends.get(name)?.reject(new Error(name)) }
}

test('no more tasks of a key run than the gate is wide; the others wait in order', async () => {
  const { begun, run, end } = tasks(new Gate(2))
  const all = ['a', 'b', 'c', 'd'].map(name => run('k', name))
  expect(begun).toEqual(['a', 'b'])
  await end('b')
  expect(begun).toEqual(['a', 'b', 'c'])
  for (const name of ['a', 'c', 'd']) await end(name)
  expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd'])
})

test('one key never holds up another', () => {
  const { begun, run } = tasks(new Gate(1))
  void run('k', 'a')
  void run('k', 'b')
  void run('other', 'c')
  expect(begun).toEqual(['a', 'c'])
})

test('a task that fails lets the next one in, and so does one that ends at once', async () => {
  const { begun, run, fail, end } = tasks(new Gate(1))
  const first = run('k', 'a')
  const second = run('k', 'b')
  fail('a')
  await expect(first).rejects.toThrow('a')
  await expect.poll(() => begun).toEqual(['a', 'b'])
  await end('b')
  await second
  const third = run('k', 'c')
  expect(begun).toEqual(['a', 'b', 'c'])
  await end('c')
  await third
})
