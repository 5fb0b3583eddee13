import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { startLab, type Lab, type LabHost } from '#lab/index.ts'
import { systemClock } from '#lib/clock.ts'
import {
  SshError,
  generatePrivateKey,
  knownKeysOf,
  measureClock,
  openSsh,
  parseKnownHosts,
  pinnedKeys,
} from './index.ts'
import type { HostKeyVerifier, SshConnection, SshOptions } from './index.ts'

let lab: Lab
let host: LabHost
let folder: string
beforeAll(async () => {
  lab = await startLab({ hosts: 2, domains: 2 })
  host = lab.host(0)
  folder = mkdtempSync(join(tmpdir(), 'ssh-test-'))
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await lab.stop()
})
beforeEach(() => host.thawSshd())

const targetOf = (which: LabHost) => ({ host: which.address, port: which.port, user: which.user })
const goodOptions = (): SshOptions => ({
  auth: { method: 'key', key: host.privateKeyPem },
  verifyHostKey: pinnedKeys([host.hostKeyFingerprint]),
})
const open = async (options: Partial<SshOptions> = {}, target = targetOf(host)): Promise<SshConnection> => {
  const connection = await openSsh(target, { ...goodOptions(), ...options })
  onTestFinished(() => connection.close())
  return connection
}
const failureOf = async (work: Promise<unknown>): Promise<SshError> => {
  const error = await work.catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(SshError)
  return error as SshError
}
/** SSH connections that the machine's kernel counts at the server. */
const connectionsAt = (port: number): number =>
  execFileSync('ss', ['-Htn', 'state', 'established', `( sport = :${port} )`], { encoding: 'utf8' })
    .split('\n')
    .filter(Boolean).length
const keygen = (...args: string[]): string => execFileSync('ssh-keygen', ['-q', ...args], { encoding: 'utf8' })
const copyOfKey = (name: string): string => {
  const copy = join(folder, name)
  copyFileSync(lab.keyFile, copy)
  return copy
}

test('signs in by key and runs a command', async () => {
  const connection = await open()
  expect((await connection.exec('hostname')).stdout).toBe('hv01\n')
})

test('the fingerprint that is shown is the one that ssh-keygen prints', async () => {
  expect((await open({ verifyHostKey: () => Promise.resolve('accept') })).hostKey.fingerprint).toBe(
    host.hostKeyFingerprint,
  )
})

test('a wrong key is denied, and the server is asked what it would take', async () => {
  const auth = { method: 'key', key: generatePrivateKey('stranger') } as const
  const failure = await failureOf(open({ auth }))
  expect(failure).toMatchObject({ stage: 'auth', reason: 'denied', facts: { methodsTried: ['publickey'] } })
  expect(failure.facts.methodsLeft).toContain('password')
})

test('a key that ssh-keygen encrypted opens with its passphrase', async () => {
  const copy = copyOfKey('encrypted')
  keygen('-p', '-P', '', '-N', 'a passphrase', '-f', copy)
  const key = readFileSync(copy, 'utf8')
  const auth = { method: 'key', key, passphrase: 'a passphrase' } as const
  expect((await open({ auth })).isOpen).toBe(true)
  expect((await failureOf(open({ auth: { ...auth, passphrase: 'wrong' } }))).reason).toBe('passphrase-wrong')
})

test.each(['rsa', 'ecdsa'])('a key of type %s signs in', async type => {
  const file = join(folder, type)
  keygen('-t', type, '-N', '', '-f', file)
  appendFileSync(`${lab.keyFile}.pub`, readFileSync(`${file}.pub`))
  expect((await open({ auth: { method: 'key', key: readFileSync(file, 'utf8') } })).isOpen).toBe(true)
})

test('signs in by password, and a wrong one is denied', async () => {
  const { user, password } = host.visitor
  const target = { ...targetOf(host), user }
  const connection = await open({ auth: { method: 'password', password } }, target)
  expect((await connection.exec('id -un')).stdout).toBe('visitor\n')
  expect((await failureOf(open({ auth: { method: 'password', password: 'wrong' } }, target))).reason).toBe('denied')
})

test('signs in by an ssh-agent that holds an encrypted key', async () => {
  const copy = copyOfKey('for-agent')
  keygen('-p', '-P', '', '-N', 'a passphrase', '-f', copy)
  const socketPath = join(folder, 'agent.sock')
  const agent = spawn('ssh-agent', ['-D', '-a', socketPath], { stdio: 'ignore' })
  onTestFinished(() => void agent.kill())
  await expect.poll(() => existsSync(socketPath)).toBe(true)
  const denied = await failureOf(open({ auth: { method: 'agent', socketPath } }))
  expect(denied).toMatchObject({ stage: 'auth', reason: 'denied' })
  const askpass = join(folder, 'askpass')
  writeFileSync(askpass, '#!/bin/sh\necho a passphrase\n', { mode: 0o700 })
  const environment = { SSH_AUTH_SOCK: socketPath, SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force' }
  execFileSync('ssh-add', ['-q', copy], { env: { ...process.env, ...environment } })
  expect((await open({ auth: { method: 'agent', socketPath } })).isOpen).toBe(true)
  agent.kill()
  await once(agent, 'exit')
  expect((await failureOf(open({ auth: { method: 'agent', socketPath } }))).reason).toBe('agent-unreachable')
})

test('a known_hosts file that ssh-keygen hashed vouches for the host', async () => {
  const file = join(folder, 'known_hosts')
  copyFileSync(lab.knownHostsFile, file)
  execFileSync('ssh-keygen', ['-H', '-f', file], { stdio: 'ignore' })
  const known = parseKnownHosts(readFileSync(file, 'utf8'))
  expect(known.entries[0]?.names[0]).toMatch(/^\|1\|/)
  const { trusted } = knownKeysOf(known, host.address, host.port)
  const connection = await open({ verifyHostKey: pinnedKeys(trusted.map(key => key.fingerprint)) })
  expect(connection.isOpen).toBe(true)
})

test('a changed host key is refused with both fingerprints', async () => {
  const other = lab.host(1)
  const before = other.hostKeyFingerprint
  await other.changeHostKey()
  const failure = await failureOf(open({ verifyHostKey: pinnedKeys([before]) }, targetOf(other)))
  expect(failure).toMatchObject({
    stage: 'host-key',
    reason: 'key-changed',
    facts: { offered: { fingerprint: other.hostKeyFingerprint }, expected: [before] },
  })
})

/** Gives sshd these keys, the lab's own among them or not; their fingerprints by type. */
async function giveKeys(types: readonly string[]): Promise<(type: string) => string> {
  const config = `${lab.dir}/${host.name}/ssh/sshd_config`
  const prints = new Map<string, string>()
  const files = types.map(type => {
    const file = join(folder, `host-${type}`)
    rmSync(file, { force: true })
    keygen('-t', type, '-N', '', '-f', file)
    prints.set(type, execFileSync('ssh-keygen', ['-lf', file], { encoding: 'utf8' }).split(' ')[1] ?? '')
    return file
  })
  const kept = readFileSync(config, 'utf8')
  const others = kept.replace(/^HostKey .*\n/m, '')
  writeFileSync(config, `${others}${files.map(file => `HostKey ${file}\n`).join('')}`)
  const restart = async (): Promise<void> => {
    await host.killSshd()
    await host.startSshd()
  }
  onTestFinished(async () => {
    writeFileSync(config, kept)
    await restart()
  })
  await restart()
  return type => prints.get(type) ?? ''
}

describe('a server with keys of several types', () => {
  const openKnowing = (...fingerprints: string[]) => open({ verifyHostKey: pinnedKeys(fingerprints) })

  test('is known by any one of them', async () => {
    const printOf = await giveKeys(['ed25519', 'ecdsa', 'rsa'])
    for (const [type, algorithm] of Object.entries({
      ed25519: 'ssh-ed25519',
      ecdsa: 'ecdsa-sha2-nistp256',
      rsa: 'ssh-rsa',
    })) {
      const connection = await openKnowing(printOf(type))
      expect(connection.hostKey).toMatchObject({ algorithm, fingerprint: printOf(type) })
    }
  })

  test('shows the key on file at once, when its type is asked for', async () => {
    const printOf = await giveKeys(['ed25519', 'ecdsa', 'rsa'])
    const shown: string[] = []
    const verifyHostKey: HostKeyVerifier = offered => {
      shown.push(offered.algorithm)
      return pinnedKeys([printOf('rsa')])(offered)
    }
    await open({ verifyHostKey, knownKeyTypes: ['ssh-rsa'] })
    expect(shown).toEqual(['ssh-rsa'])
  })

  test('has changed only when none of them is on file; the one that it prefers is named', async () => {
    const printOf = await giveKeys(['ed25519', 'ecdsa', 'rsa'])
    const failure = await failureOf(openKnowing(host.hostKeyFingerprint))
    expect(failure).toMatchObject({
      ...{ stage: 'host-key', reason: 'key-changed' },
      facts: { offered: { algorithm: 'ssh-ed25519', fingerprint: printOf('ed25519') } },
    })
    await expect.poll(() => connectionsAt(host.port)).toBe(0)
  })

  test('is refused for a revoked key, though another is on file', async () => {
    const printOf = await giveKeys(['ed25519', 'rsa'])
    const verifyHostKey = pinnedKeys([printOf('rsa')], [printOf('ed25519')])
    expect((await failureOf(open({ verifyHostKey }))).reason).toBe('key-revoked')
  })
})

test('a name that does not exist, and a port where nothing listens, are told apart', async () => {
  const unknown = await failureOf(open({}, { ...targetOf(host), host: 'no-such-host.invalid' }))
  expect(unknown).toMatchObject({ stage: 'resolve', reason: 'unknown-name' })
  const refused = await failureOf(open({}, { ...targetOf(host), port: 1 }))
  expect(refused).toMatchObject({ stage: 'tcp', reason: 'refused', facts: { port: 1 } })
})

test('a server that accepts TCP and never answers misses the deadline', async () => {
  const server = createServer(() => undefined).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const startedAt = performance.now()
  const failure = await failureOf(open({ deadlines: { handshakeMs: 300 } }, { ...targetOf(host), port }))
  expect(failure).toMatchObject({ stage: 'handshake', reason: 'silent', facts: { waitedMs: 300 } })
  expect(performance.now() - startedAt).toBeLessThan(5_000)
})

test('forty channels are one connection at the server', async () => {
  expect(connectionsAt(host.port)).toBe(0)
  const connection = await open()
  const twenty = <T>(start: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: 20 }, start))
  await twenty(() => connection.streamLocal(host.remoteSocket))
  const results = await twenty(() => connection.exec('hostname'))
  expect(results.map(result => result.stdout)).toEqual(Array(20).fill('hv01\n'))
  expect(connectionsAt(host.port)).toBe(1)
  await connection.close()
  await expect.poll(() => connectionsAt(host.port)).toBe(0)
})

test('the preflight command tells of the host without a round trip of its own', async () => {
  const connection = await open({ preflight: 'uname -n; ls /run/libvirt/*-sock' })
  expect((await connection.preflight).stdout.split('\n')).toEqual(
    expect.arrayContaining(['hv01', '/run/libvirt/libvirt-sock']),
  )
})

test('a socket without permission and one that is missing are refused alike', async () => {
  const { user, password } = host.visitor
  const visitor = await open({ auth: { method: 'password', password } }, { ...targetOf(host), user })
  const forbidden = await failureOf(visitor.streamLocal(host.remoteSocket))
  const missing = await failureOf((await open()).streamLocal('/run/libvirt/none'))
  for (const failure of [forbidden, missing]) {
    expect(failure).toMatchObject({ stage: 'channel', reason: 'refused', facts: { code: 2 } })
  }
})

test('a command can stand in for a forwarded socket', async () => {
  const connection = await open()
  const forwarded = await connection.streamLocal(host.remoteSocket)
  const carried = await connection.execDuplex(`nc -U ${host.remoteSocket}`)
  // A length word that no frame can have makes libvirtd hang up.
  for (const stream of [forwarded, carried]) {
    stream.resume().end(Buffer.from([255, 255, 255, 255]))
    await once(stream, 'close')
    expect(stream.errored).toBeNull()
  }
})

test('neither small nor large answers wait for a delayed acknowledgement', async () => {
  const socketPath = join(folder, 'answering.sock')
  const server = createServer(socket =>
    socket.on('error', () => undefined).on('data', asked => socket.write(Buffer.alloc(asked.readUInt32BE()))),
  )
  onTestFinished(() => void server.close())
  await once(server.listen(socketPath), 'listening')
  const connection = await open()
  await connection.preflight
  const stream = await connection.streamLocal(socketPath)
  let missing = 0
  let answered: () => void = () => undefined
  stream.on('data', (chunk: Buffer) => {
    missing -= chunk.byteLength
    if (missing === 0) answered()
  })
  const ask = async (bytes: number): Promise<number> => {
    const startedAt = performance.now()
    const question = Buffer.alloc(4)
    question.writeUInt32BE(bytes)
    missing = bytes
    const whole = new Promise<void>(resolve => (answered = resolve))
    stream.write(question)
    await whole
    return performance.now() - startedAt
  }
  for (const bytes of [10, 90_000]) {
    const times: number[] = []
    for (let round = 0; round < 15; round++) times.push(await ask(bytes))
    // Each answer would be late; a busy machine makes some of them so.
    expect(times.sort((a, b) => a - b)[3], `${bytes} bytes`).toBeLessThan(25)
  }
})

test('a host is reached through another host', async () => {
  const other = lab.host(1)
  const through = await open()
  const connection = await open(
    { via: through, verifyHostKey: pinnedKeys([other.hostKeyFingerprint]) },
    targetOf(other),
  )
  expect((await connection.exec('hostname')).stdout).toBe('hv02\n')
  await connection.close()
  expect(through.isOpen).toBe(true)
})

test('the clock of a host that shares ours differs by no more than is claimed', async () => {
  const offset = await measureClock(await open(), systemClock)
  expect(Math.abs(offset?.offsetMs ?? Infinity)).toBeLessThanOrEqual(offset?.uncertaintyMs ?? 0)
  expect(offset?.uncertaintyMs).toBeLessThan(500)
})

test('when sshd is killed, every waiter wakes up at once', async () => {
  const connection = await open()
  const stream = await connection.streamLocal(host.remoteSocket)
  const waiters = Array.from({ length: 8 }, () => failureOf(connection.exec('exec sleep 60')))
  const streamFailed = once(stream, 'error')
  const sleepers = () => host.exec(`cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -o '[s]leep 60' | wc -l`)
  await expect.poll(async () => (await sleepers()).trim()).toBe('8')
  const killed = host.killSshd()
  const cause = await connection.closed
  const lostAt = performance.now()
  expect(await Promise.all(waiters)).toEqual(waiters.map(() => cause))
  expect((await streamFailed)[0]).toBe(cause)
  expect(performance.now() - lostAt).toBeLessThan(1_000)
  expect(cause).toMatchObject({ stage: 'lost', reason: 'ended' })
  await killed
  expect((await failureOf(open())).reason).toBe('refused')
  await host.startSshd()
  expect((await open()).isOpen).toBe(true)
})

test('keep-alive notices a frozen sshd', async () => {
  const connection = await open({ keepAlive: { intervalMs: 200, maxMissed: 2 } })
  await connection.preflight
  await host.freezeSshd()
  onTestFinished(() => host.thawSshd())
  const startedAt = performance.now()
  expect(await connection.closed).toMatchObject({ stage: 'lost', reason: 'silent' })
  expect(performance.now() - startedAt).toBeLessThan(5_000)
})

test('closing a connection to a frozen sshd does not wait for it', async () => {
  const connection = await open()
  await host.freezeSshd()
  onTestFinished(() => host.thawSshd())
  const startedAt = performance.now()
  await connection.close()
  expect(performance.now() - startedAt).toBeLessThan(5_000)
})
