import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { takeSiteLock } from './site-lock.ts'
import { testDirectory } from './testing.ts'

test('a lock is held by one and free again when released', () => {
  const file = join(testDirectory(), 'lock.sqlite')
  const first = takeSiteLock(file)
  expect(first).not.toBeNull()
  expect(takeSiteLock(file)).toBeNull()
  first?.release()
  const second = takeSiteLock(file)
  expect(second).not.toBeNull()
  second?.release()
})

test('a lock is gone when the process that holds it is killed', async () => {
  const file = join(testDirectory(), 'lock.sqlite')
  const program = `
    import { takeSiteLock } from '#store/index.ts'
    globalThis.lock = takeSiteLock(process.argv[1])
    process.stdout.write(globalThis.lock ? 'held' : 'refused')
    setInterval(() => undefined, 1000)`
  const child = spawn(process.execPath, ['-e', program, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [said] = (await once(child.stdout, 'data')) as [Buffer]
  expect(String(said)).toBe('held')
  expect(takeSiteLock(file)).toBeNull()
  child.kill('SIGKILL')
  await once(child, 'exit')
  const lock = takeSiteLock(file)
  expect(lock).not.toBeNull()
  lock?.release()
})
