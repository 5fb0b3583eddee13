import { expect, onTestFinished, test } from 'vitest'
import type { SshConnection } from './connection.ts'
import { SshPool } from './pool.ts'
import { memoryServer, welcoming } from './testing/memory-server.ts'

/** A pool, and a way of opening that counts how often it was asked. */
function countedPool(delayMs = 20) {
  const pool = new SshPool()
  onTestFinished(() => pool.close())
  const lines: { readonly cut: () => void }[] = []
  const open = async (signal: AbortSignal): Promise<SshConnection> => {
    const server = memoryServer(welcoming())
    lines.push({ cut: () => void server.far.destroy() })
    await new Promise(resolve => setTimeout(resolve, delayMs))
    return server.open({ signal })
  }
  return { pool, open, lines }
}

test('whoever wants a host at the same time shares one connection', async () => {
  const { pool, open, lines } = countedPool()
  const leases = await Promise.all(Array.from({ length: 20 }, () => pool.lease('host', open)))
  expect(new Set(leases.map(lease => lease.connection)).size).toBe(1)
  expect(lines.length).toBe(1)
  expect((await pool.lease('host', open)).connection).toBe(leases[0]?.connection)
  expect((await pool.lease('other', open)).connection).not.toBe(leases[0]?.connection)
})

test('the connection closes after the last release, and a release counts once', async () => {
  const { pool, open } = countedPool()
  const [first, second] = await Promise.all([pool.lease('host', open), pool.lease('host', open)])
  await first.release()
  await first.release()
  expect(first.connection.isOpen).toBe(true)
  await second.release()
  expect(first.connection.isOpen).toBe(false)
  expect(pool.size).toBe(0)
})

test('a lost connection is opened anew at the next lease', async () => {
  const { pool, open, lines } = countedPool()
  const before = await pool.lease('host', open)
  lines[0]?.cut()
  await before.connection.closed
  const after = await pool.lease('host', open)
  expect(after.connection.isOpen).toBe(true)
  await before.release()
  expect(after.connection.isOpen).toBe(true)
})

test('a failed attempt fails for all who waited and is forgotten', async () => {
  const { pool, open } = countedPool()
  const failing = () => Promise.reject(new Error('no route'))
  const results = await Promise.allSettled([pool.lease('host', failing), pool.lease('host', failing)])
  expect(results.map(result => result.status)).toEqual(['rejected', 'rejected'])
  expect((await pool.lease('host', open)).connection.isOpen).toBe(true)
})

test('who gives up leaves the others waiting', async () => {
  const { pool, open, lines } = countedPool()
  const abort = new AbortController()
  const impatient = pool.lease('host', open, abort.signal)
  const patient = pool.lease('host', open)
  abort.abort(new Error('enough'))
  await expect(impatient).rejects.toThrow('enough')
  expect((await patient).connection.isOpen).toBe(true)
  expect(lines.length).toBe(1)
})

test('when the last one gives up, the attempt is aborted', async () => {
  const { pool, open } = countedPool(100)
  const abort = new AbortController()
  let attempt: AbortSignal | undefined
  const lease = pool.lease('host', signal => open((attempt = signal)), abort.signal)
  abort.abort(new Error('enough'))
  await expect(lease).rejects.toThrow('enough')
  expect(attempt?.aborted).toBe(true)
  expect(pool.size).toBe(0)
})

test('a closed pool closes what is open and opens nothing more', async () => {
  const { pool, open } = countedPool()
  const { connection } = await pool.lease('host', open)
  await pool.close()
  expect(connection.isOpen).toBe(false)
  await expect(pool.lease('host', open)).rejects.toThrow('closed')
})
