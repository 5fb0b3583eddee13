import { once } from 'node:events'
import { finished } from 'node:stream/promises'
import { inspect } from 'node:util'
import type { Connection } from 'ssh2'
import { expect, onTestFinished, test } from 'vitest'
import type { SshConnection } from './connection.ts'
import { SshError } from './errors.ts'
import { clientKey, goodOptions, memoryServer, welcoming, type Commands } from './testing/memory-server.ts'

type RawChannel = {
  readonly eof: () => void
  readonly outgoing: { readonly id: number }
  readonly _client: {
    readonly _protocol: {
      readonly exitStatus: (id: number, code: number) => void
      readonly channelData: (id: number, data: Buffer) => void
      readonly channelExtData: (id: number, data: Buffer, type: number) => void
    }
  }
}
const STDERR = 1
const commands: Commands = {
  greet: channel => {
    channel.write('grüß dich')
    channel.stderr.write('aside')
    channel.exit(3)
    channel.end()
  },
  'by signal': channel => {
    channel.exit('TERM')
    channel.end()
  },
  flood: channel => {
    channel.on('error', () => undefined)
    for (let i = 0; i < 40; i++) channel.write('x'.repeat(1000))
  },
  hang: () => undefined,
  echo: channel => void channel.pipe(channel),
  // OpenSSH does this; ssh2's server has no public way to.
  'ends, then fails': channel => {
    const raw = channel as unknown as RawChannel
    raw.eof()
    setTimeout(() => {
      raw._client._protocol.exitStatus(raw.outgoing.id, 1)
      channel.close()
    }, 30)
  },
  'goes on after its end': channel => {
    const raw = channel as unknown as RawChannel
    raw.eof()
    raw._client._protocol.channelExtData(raw.outgoing.id, Buffer.from('more'), STDERR)
    raw._client._protocol.channelData(raw.outgoing.id, Buffer.from('more'))
    setTimeout(() => channel.close(), 30)
  },
  failing: channel => {
    channel.stderr.write('no such socket')
    channel.exit(1)
    channel.end()
  },
}
/** Forwards to one socket, which echoes; every other is refused. */
const forwarding = (client: Connection): void => {
  welcoming(commands)(client)
  const answer = (accept: () => NodeJS.ReadWriteStream, reject: () => void, path: string): void => {
    if (path !== '/run/echo') return reject()
    const channel = accept()
    channel.pipe(channel)
  }
  client.on('openssh.streamlocal', (accept, reject, info) => answer(accept, reject, info.socketPath))
  client.on('tcpip', (accept, reject, info) => answer(accept, reject, info.destPort === 7 ? '/run/echo' : ''))
}
const open = async (serve = forwarding, options = {}): Promise<SshConnection & { cut: () => void }> => {
  const server = memoryServer(serve)
  const connection = await server.open(options)
  onTestFinished(() => connection.close())
  return Object.assign(connection, { cut: () => void server.far.destroy() })
}
const failureOf = async (work: Promise<unknown>): Promise<SshError> => {
  const error = await work.catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(SshError)
  return error as SshError
}

test('a command gives its exit code and what it said, each in its place', async () => {
  const connection = await open()
  expect(await connection.exec('greet')).toEqual({ code: 3, stdout: 'grüß dich', stderr: 'aside' })
})

test('a command that a signal ended has no exit code', async () => {
  expect((await (await open()).exec('by signal')).code).toBeNull()
})

test('a command that says too much is cut off', async () => {
  const failure = await failureOf((await open()).exec('flood', { maxBytes: 10_000 }))
  expect(failure).toMatchObject({ stage: 'channel', reason: 'output-limit' })
})

test('a command that does not end misses its deadline, and the connection lives on', async () => {
  const connection = await open()
  expect(await failureOf(connection.exec('hang', { timeoutMs: 100 }))).toMatchObject({
    stage: 'channel',
    reason: 'silent',
    facts: { waitedMs: 100 },
  })
  expect((await connection.exec('greet')).code).toBe(3)
})

test('a command can be given up by its signal', async () => {
  const connection = await open()
  const abort = new AbortController()
  const reason = new Error('enough')
  setTimeout(() => abort.abort(reason), 50)
  await expect(connection.exec('hang', { signal: abort.signal })).rejects.toBe(reason)
})

test('a command that the server refuses is a refused channel', async () => {
  expect(await failureOf((await open()).exec('unknown'))).toMatchObject({ stage: 'channel', reason: 'refused' })
})

test('the preflight command is sent without being asked for, and its result is kept', async () => {
  const connection = await open(forwarding, { preflight: 'greet' })
  expect((await connection.preflight).stdout).toBe('grüß dich')
})

test('bytes go through a forwarded socket in both directions and half-close', async () => {
  const stream = await (await open()).streamLocal('/run/echo')
  const sent = Buffer.alloc(3_000_000, 'abc')
  stream.end(sent)
  const got: Buffer[] = []
  for await (const chunk of stream) got.push(chunk as Buffer)
  expect(Buffer.concat(got).equals(sent)).toBe(true)
})

test('a reader that pauses stops the sender instead of filling memory', async () => {
  const serve = (client: Connection): void => {
    client.on('authentication', context => context.accept())
    client.on('openssh.streamlocal', accept => {
      const channel = accept().on('error', () => undefined)
      const pour = (): void => {
        while (channel.write(Buffer.alloc(32_768)));
        channel.once('drain', pour)
      }
      pour()
    })
  }
  const stream = await (await open(serve)).streamLocal('/any')
  await new Promise(resolve => setTimeout(resolve, 300))
  expect(stream.readableLength).toBeLessThan(200_000)
})

test('a refused socket is a refused channel with the code of SSH', async () => {
  const failure = await failureOf((await open()).streamLocal('/run/other'))
  expect(failure).toMatchObject({ stage: 'channel', reason: 'refused' })
  expect(failure.facts.code).toBeTypeOf('number')
})

test('a TCP port is reached through the host', async () => {
  const stream = await (await open()).forwardTcp('127.0.0.1', 7)
  stream.end('hello')
  expect(String((await once(stream, 'data'))[0])).toBe('hello')
})

test('a command can carry a stream', async () => {
  const stream = await (await open()).execDuplex('echo')
  stream.write('hello')
  expect(String((await once(stream, 'data'))[0])).toBe('hello')
})

test('a command that fails under a stream fails the stream, with its code and its last words', async () => {
  const connection = await open()
  const error = await failureOf(connection.execDuplex('failing').then(stream => finished(stream.resume())))
  expect(error).toMatchObject({
    stage: 'channel',
    reason: 'command-failed',
    facts: { code: 1, detail: 'no such socket' },
  })
})

test('output that ends before the exit code is known does not pass for a command that succeeded', async () => {
  const stream = await (await open()).execDuplex('ends, then fails')
  let ended = false
  stream.on('end', () => (ended = true))
  const error = await failureOf(finished(stream.resume()))
  expect(error).toMatchObject({ reason: 'command-failed', facts: { code: 1 } })
  expect(ended).toBe(false)
})

test('a server that goes on after the end of a stream harms that stream at most', async () => {
  const connection = await open()
  await Promise.allSettled([connection.exec('goes on after its end'), connection.execDuplex('goes on after its end')])
  // One whose opening nobody waits for any more has no reader at all.
  const abort = new AbortController()
  const waiting = connection.exec('goes on after its end', { signal: abort.signal })
  abort.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')
  expect((await connection.exec('greet')).code).toBe(3)
})

test('a lost connection wakes every waiter and every stream at once, with the same cause', async () => {
  const connection = await open()
  const stream = await connection.streamLocal('/run/echo')
  const waiters = [1, 2, 3].map(() => failureOf(connection.exec('hang')))
  const streamEnd = once(stream, 'error')
  await new Promise(resolve => setTimeout(resolve, 50))
  connection.cut()
  const cause = await connection.closed
  expect(cause).toMatchObject({ stage: 'lost', reason: 'ended' })
  expect(await Promise.all(waiters)).toEqual([cause, cause, cause])
  expect((await streamEnd)[0]).toBe(cause)
  expect(await failureOf(connection.exec('greet'))).toBe(cause)
  expect(connection.isOpen).toBe(false)
})

test('a server that answers no keep-alive is lost as silent', async () => {
  const server = memoryServer(forwarding)
  const connection = await server.open({ keepAlive: { intervalMs: 50, maxMissed: 2 } })
  server.far.removeAllListeners('data').pause()
  const startedAt = performance.now()
  expect(await connection.closed).toMatchObject({ stage: 'lost', reason: 'silent' })
  expect(performance.now() - startedAt).toBeLessThan(5_000)
})

test('closing ends streams without an error, tells waiters, and may be done twice', async () => {
  const connection = await open()
  const stream = await connection.streamLocal('/run/echo')
  const waiter = failureOf(connection.exec('hang'))
  const closed = once(stream, 'close')
  await Promise.all([connection.close(), connection.close()])
  await closed
  expect(stream.errored).toBeNull()
  expect(await waiter).toMatchObject({ stage: 'lost', reason: 'closed' })
  expect((await connection.closed).reason).toBe('closed')
})

test('a connection shows no secret, however deeply it is looked into', async () => {
  const auth = [{ method: 'password', password: 'hunter2hunter2' }, goodOptions.auth].flat()
  const connection = await open(forwarding, { auth })
  const shown = inspect(connection, { depth: null, showHidden: true }) + JSON.stringify(connection)
  expect(shown).not.toContain('hunter2hunter2')
  expect(shown).not.toContain(clientKey.split('\n')[2])
  expect(shown).not.toMatch(/PRIVATE/)
})
