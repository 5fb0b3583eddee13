import { generateKeyPairSync } from 'node:crypto'
import { duplexPair } from 'node:stream'
import { inspect } from 'node:util'
import type { Algorithms, AuthContext, Connection, ServerChannel, ServerConfig } from 'ssh2'
import { expect, onTestFinished, test } from 'vitest'
import { SshError } from './errors.ts'
import { pinnedKeys } from './host-key.ts'
import { openSshOver, type SshOptions } from './open.ts'
import {
  clientKey,
  goodOptions,
  memoryServer,
  serverFingerprint,
  serverKey,
  target,
  welcoming,
} from './testing/memory-server.ts'

const failureOf = async (work: Promise<unknown>): Promise<SshError> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(SshError)
  return error as SshError
}
const openTo = (
  serve: (client: Connection) => void,
  options: Partial<SshOptions> = {},
  config: Partial<ServerConfig> = {},
) => memoryServer(serve, config).open(options)
const open = async (...args: Parameters<typeof openTo>) => {
  const connection = await openTo(...args)
  onTestFinished(() => connection.close())
  return connection
}
/** Refuses all but what `accepts` says, and offers these methods. */
const asking =
  (methods: AuthContext['method'][], accepts: (context: AuthContext) => boolean) => (client: Connection) => {
    client.on('authentication', context => (accepts(context) ? context.accept() : context.reject(methods)))
  }
/** A line whose other end says this and no more. */
const lineSaying = (text: string, andEnds = false, handshakeMs = 10_000) => {
  const [line, far] = duplexPair()
  far.on('error', () => undefined).write(text)
  if (andEnds) far.end()
  return openSshOver(line, target, { ...goodOptions, deadlines: { handshakeMs } })
}

test('a server that lets us in gives an open connection with the key that it showed', async () => {
  const connection = await open(welcoming())
  expect(connection.isOpen).toBe(true)
  expect(connection.hostKey).toMatchObject({ algorithm: 'ssh-ed25519', fingerprint: serverFingerprint })
})

test('what does not speak SSH is named so', async () => {
  expect(await failureOf(lineSaying('HTTP/1.1 400 Bad Request\r\n\r\n'.repeat(2000)))).toMatchObject({
    stage: 'handshake',
    reason: 'not-ssh',
    facts: { host: 'host.example', port: 22 },
  })
})

test('what says something else and hangs up is no SSH server either', async () => {
  const failure = await failureOf(lineSaying('HTTP/1.1 400 Bad Request\r\n\r\n', true))
  expect(failure).toMatchObject({ stage: 'handshake', reason: 'not-ssh' })
})

test('a server that hangs up at once has ended the handshake', async () => {
  expect(await failureOf(lineSaying('', true))).toMatchObject({ stage: 'handshake', reason: 'ended' })
})

test('a server that greets and then says nothing misses the deadline', async () => {
  expect(await failureOf(lineSaying('SSH-2.0-Silent\r\n', false, 200))).toMatchObject({
    stage: 'handshake',
    reason: 'silent',
    facts: { waitedMs: 200 },
  })
})

const old: readonly (readonly [string, Algorithms])[] = [
  ['key exchange by SHA-1', { kex: ['diffie-hellman-group14-sha1'] }],
  ['key exchange in a small group', { kex: ['diffie-hellman-group1-sha1'] }],
  ['CBC', { cipher: ['aes256-cbc'] }],
  ['HMAC by SHA-1', { cipher: ['aes128-ctr'], hmac: ['hmac-sha1'] }],
]
test.each(old)('a server that knows only %s is refused', async (_what, algorithms) => {
  expect(await failureOf(openTo(welcoming(), {}, { algorithms }))).toMatchObject({
    stage: 'handshake',
    reason: 'no-common-algorithm',
  })
})

test('an RSA host key is taken with SHA-2 and refused with SHA-1', async () => {
  const hostKeys = [
    generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' }),
  ]
  const modern = await open(welcoming(), {}, { hostKeys, algorithms: { serverHostKey: ['rsa-sha2-256'] } })
  expect(modern.hostKey.algorithm).toBe('ssh-rsa')
  const failure = await failureOf(openTo(welcoming(), {}, { hostKeys, algorithms: { serverHostKey: ['ssh-rsa'] } }))
  expect(failure.reason).toBe('no-common-algorithm')
})

test('a server with several keys shows the one of the type on file', async () => {
  const ec = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey.export({ type: 'sec1', format: 'pem' })
  const hostKeys = [serverKey, ec]
  expect((await open(welcoming(), {}, { hostKeys })).hostKey.algorithm).toBe('ssh-ed25519')
  const known = { knownKeyTypes: ['ecdsa-sha2-nistp256'] }
  expect((await open(welcoming(), known, { hostKeys })).hostKey.algorithm).toBe('ecdsa-sha2-nistp256')
})

test('an unknown host key is refused with its fingerprint, before we say who we are', async () => {
  let asked = 0
  const failure = await failureOf(
    openTo(client => client.on('authentication', () => asked++), { verifyHostKey: pinnedKeys([]) }),
  )
  expect(failure).toMatchObject({
    stage: 'host-key',
    reason: 'key-unknown',
    facts: { offered: { algorithm: 'ssh-ed25519', fingerprint: serverFingerprint }, expected: [] },
  })
  expect(asked).toBe(0)
})

test('a changed host key is refused with both fingerprints', async () => {
  const failure = await failureOf(openTo(welcoming(), { verifyHostKey: pinnedKeys(['SHA256:other']) }))
  expect(failure.reason).toBe('key-changed')
  expect(failure.facts).toMatchObject({ offered: { fingerprint: serverFingerprint }, expected: ['SHA256:other'] })
})

test('a verifier may think for longer than the handshake may take, up to its own deadline', async () => {
  const thinking = (ms: number) => ({
    verifyHostKey: () => new Promise<'accept'>(resolve => setTimeout(() => resolve('accept'), ms)),
    // The exchange itself takes some 20 ms of a processor that others may want too.
    deadlines: { handshakeMs: 700, hostKeyMs: 1_500 },
  })
  expect((await open(welcoming(), thinking(800))).isOpen).toBe(true)
  expect(await failureOf(openTo(welcoming(), thinking(3_000)))).toMatchObject({ stage: 'host-key', reason: 'silent' })
})

test('a renewed key exchange with the same key asks nobody again', async () => {
  let asked = 0
  let renew: (() => Promise<void>) | undefined
  const serve = (client: Connection): void => {
    const greet = (channel: ServerChannel): void => {
      channel.exit(0)
      channel.end()
    }
    welcoming({ greet })(client)
    renew = () => new Promise(resolve => client.rekey(() => resolve()))
  }
  const verifyHostKey = () => {
    asked++
    return Promise.resolve('accept' as const)
  }
  const connection = await open(serve, { verifyHostKey })
  await renew?.()
  expect((await connection.exec('greet')).code).toBe(0)
  expect(asked).toBe(1)
})

test('an error of the verifier itself comes through as it is', async () => {
  const bug = new TypeError('bug')
  await expect(openTo(welcoming(), { verifyHostKey: () => Promise.reject(bug) })).rejects.toBe(bug)
})

test('a refused key is denied, with what was tried and what the server would take', async () => {
  expect(await failureOf(openTo(asking(['password'], () => false)))).toMatchObject({
    stage: 'auth',
    reason: 'denied',
    facts: { user: 'root', methodsTried: ['publickey'], methodsLeft: ['password'] },
  })
})

test('a server of endless words is cut to what a person can read', async () => {
  const names = Array.from({ length: 100 }, (_, i) => `${'m'.repeat(100)}${i}`) as AuthContext['method'][]
  const { facts } = await failureOf(openTo(asking(names, () => false)))
  expect(facts.methodsLeft).toEqual(Array(16).fill('m'.repeat(64)))
  expect(new SshError('channel', 'refused', { detail: 'x'.repeat(200_000) }).message.length).toBeLessThan(2_100)
})

test('methods are tried in the order given until one is accepted', async () => {
  const accepts = (context: AuthContext): boolean => context.method === 'password' && context.password === 'secret'
  const auth = [goodOptions.auth, { method: 'password', password: 'secret' }].flat() as SshOptions['auth']
  expect((await open(asking(['publickey', 'password'], accepts), { auth })).isOpen).toBe(true)
})

test('a password answers hidden questions where no plain password is taken, and shown ones with nothing', async () => {
  const answers: string[] = []
  const serve = (client: Connection): void => {
    client.on('authentication', context => {
      if (context.method !== 'keyboard-interactive') return context.reject(['keyboard-interactive'])
      const prompts = [{ prompt: 'Password: ' }, { prompt: 'Which room? ', echo: true }]
      context.prompt(
        prompts.map(prompt => ({ echo: false, ...prompt })),
        given => {
          answers.push(...given)
          context.accept()
        },
      )
    })
  }
  await open(serve, { auth: { method: 'password', password: 'secret' } })
  expect(answers).toEqual(['secret', ''])
})

test('a wrong password is not tried a second time by another way', async () => {
  const tries: string[] = []
  const accepts = (context: AuthContext): boolean => {
    tries.push(context.method)
    return false
  }
  const auth = { method: 'password', password: 'secret' } as const
  const failure = await failureOf(openTo(asking(['password', 'keyboard-interactive'], accepts), { auth }))
  expect(failure.facts.methodsTried).toEqual(['password'])
  expect(tries).toEqual(['password'])
})

test('a server that never answers the sign-in misses the deadline of that stage', async () => {
  const failure = await failureOf(
    openTo(client => client.on('authentication', () => undefined), { deadlines: { authMs: 150 } }),
  )
  expect(failure).toMatchObject({ stage: 'auth', reason: 'silent', facts: { waitedMs: 150 } })
})

test('a server that hangs up during the sign-in has ended that stage', async () => {
  const failure = await failureOf(openTo(client => client.on('authentication', () => client.end())))
  expect(failure).toMatchObject({ stage: 'auth', reason: 'ended' })
})

test('a key that cannot be read fails before a byte is sent', async () => {
  const [line, far] = duplexPair()
  const auth = { method: 'key', key: 'rubbish' } as const
  expect(() => openSshOver(line, target, { ...goodOptions, auth })).toThrow(SshError)
  expect(far.readableLength).toBe(0)
})

test('an aborted opening throws the reason of the signal and closes the line', async () => {
  const server = memoryServer(client => client.on('authentication', () => undefined))
  const abort = new AbortController()
  const reason = new Error('not needed any more')
  setTimeout(() => abort.abort(reason), 100)
  await expect(server.open({ signal: abort.signal })).rejects.toBe(reason)
  expect(server.line.destroyed).toBe(true)
})

test('a verifier that answers after everything is over starts nothing again', async () => {
  const timers = () => process.getActiveResourcesInfo().filter(name => name === 'Timeout').length
  const abort = new AbortController()
  let answer: ((verdict: 'accept') => void) | undefined
  const verifyHostKey = () => new Promise<'accept'>(resolve => (answer = resolve)).finally(() => undefined)
  const opening = openTo(welcoming(), { verifyHostKey, signal: abort.signal })
  await expect.poll(() => answer).toBeDefined()
  const before = timers()
  abort.abort(new Error('enough'))
  await expect(opening).rejects.toThrow('enough')
  answer?.('accept')
  await new Promise(resolve => setImmediate(resolve))
  expect(timers()).toBeLessThan(before)
})

test('random bytes after a greeting end in an error of ours, whatever they are', async () => {
  for (let seed = 1; seed <= 60; seed++) {
    const [line, far] = duplexPair()
    far.on('error', () => undefined).resume()
    far.write('SSH-2.0-Noise\r\n')
    far.write(noise(seed, 2_000))
    const failure = await failureOf(openSshOver(line, target, { ...goodOptions, deadlines: { handshakeMs: 20 } }))
    expect(failure.stage).toBe('handshake')
    expect(line.destroyed).toBe(true)
  }
})

test('every failure closes the line', async () => {
  const server = memoryServer(asking(['password'], () => false))
  await failureOf(server.open())
  expect(server.line.destroyed).toBe(true)
})

test('no failure shows a secret, however deeply it is looked into', async () => {
  const secrets = ['hunter2hunter2', clientKey.split('\n')[2] ?? '?']
  const auth = [
    { method: 'password', password: secrets[0] ?? '' },
    { method: 'key', key: clientKey },
  ] as const
  const failures = [
    await failureOf(
      openTo(
        asking(['publickey', 'password'], () => false),
        { auth },
      ),
    ),
    await failureOf(openTo(welcoming(), { auth, verifyHostKey: pinnedKeys([]) })),
    await failureOf(openTo(welcoming(), { auth }, { algorithms: { cipher: ['aes256-cbc'] } })),
  ]
  for (const failure of failures) {
    const shown = inspect(failure, { depth: null, showHidden: true }) + JSON.stringify(failure)
    for (const secret of secrets) expect(shown).not.toContain(secret)
  }
})

/** Bytes that look random and are the same in every run; the first are a packet length that is allowed now and then. */
function noise(seed: number, length: number): Buffer {
  let state = seed
  const bytes = Buffer.from(
    Array.from({ length }, () => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) >>> 24),
  )
  if (seed % 2 === 0) bytes.writeUInt32BE(100 + seed, 0)
  return bytes
}
