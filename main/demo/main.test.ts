import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { systemClock } from '#lib/clock.ts'
import { LibvirtError, openLibvirt, type Libvirt } from '#wire/libvirt/index.ts'
import { measureClock, openSsh, pinnedKeys, SshError, type SshConnection } from '#wire/ssh/index.ts'
import { startDemoProcess, type DemoProcess } from './testing/demo-process.ts'

let demo: DemoProcess
beforeAll(async () => {
  demo = await startDemoProcess('--seed', '1', '--hosts', '8', '--pace', '0')
})
afterAll(() => demo?.stop())

type Host = DemoProcess['announcement']['hosts'][number]
const hostAt = (index: number): Host => {
  const host = demo.announcement.hosts[index]
  if (!host) throw new RangeError(`no host ${index}`)
  return host
}

async function connect(host: Host, deadlines: { tcpMs?: number; handshakeMs?: number } = {}): Promise<SshConnection> {
  const connection = await openSsh(
    { host: host.address, port: host.port, user: host.user },
    {
      auth: { method: 'key', key: demo.announcement.privateKey ?? '' },
      verifyHostKey: pinnedKeys([host.hostKeyFingerprint]),
      deadlines,
    },
  )
  onTestFinished(() => connection.close())
  return connection
}

async function open(host: Host, connection?: SshConnection): Promise<Libvirt> {
  const ssh = connection ?? (await connect(host))
  const libvirt = await openLibvirt(await ssh.streamLocal('/run/libvirt/libvirt-sock'), { uri: 'qemu:///system' })
  onTestFinished(() => libvirt.close())
  return libvirt
}

test('announces every host with its address, keys and facts, and what is to be typed in', () => {
  const { hosts, departments, machines, requests, platforms } = demo.announcement
  expect(hosts).toHaveLength(8)
  for (const host of hosts) {
    expect(host.port).toBeGreaterThan(0)
    expect(host.hostKeyFingerprint).toMatch(/^SHA256:[\w+/]{43}$/)
    expect(platforms.map(({ code }) => code)).toContain(host.platform)
    expect([host.model, host.serial, host.rack].every(fact => fact.length > 3)).toBe(true)
  }
  expect(departments.length).toBeGreaterThan(10)
  expect(machines.length).toBeGreaterThan(180)
  expect(requests.length).toBeGreaterThan(4)
})

test('is ready within 5 seconds and stays below 150 MB', () => {
  expect(demo.startedInMs).toBeLessThan(5_000)
  const status = execFileSync('cat', [`/proc/${demo.pid}/status`], { encoding: 'utf8' })
  expect(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1])).toBeLessThan(150_000)
})

test('shows over SSH and libvirt the machines that it announced, on every host', async () => {
  for (const host of demo.announcement.hosts) {
    const libvirt = await open(host)
    const stats = await libvirt.getAllDomainStats()
    const expected = demo.announcement.machines.filter(machine => machine.host === host.name)
    expect(stats.map(({ domain }) => domain.uuid).sort()).toEqual(expected.map(({ uuid }) => uuid).sort())
    expect((await libvirt.call('connectGetHostname', {})).hostname).toBe(host.name)
  }
})

test('shows a load between two polls', async () => {
  const libvirt = await open(hostAt(0))
  const busyNs = async () =>
    (await libvirt.getAllDomainStats()).reduce((sum, { params }) => sum + Number(params.get('cpu.time') ?? 0), 0)
  const before = await busyNs()
  await systemClock.sleep(200)
  expect((await busyNs()) - before).toBeGreaterThan(1e6)
})

test('tells its clock, and a wrong one when it is told to', async () => {
  const host = hostAt(1)
  const connection = await connect(host)
  expect(Math.abs((await measureClock(connection, systemClock))?.offsetMs ?? NaN)).toBeLessThan(1_000)
  await demo.control({ do: 'skewClock', host: host.name, aheadMs: 60_000 })
  expect((await measureClock(connection, systemClock))?.offsetMs).toBeGreaterThan(59_000)
})

test('lets nobody in without the key', async () => {
  const host = hostAt(0)
  const attempt = openSsh(
    { host: host.address, port: host.port, user: host.user },
    { auth: { method: 'password', password: 'x' }, verifyHostKey: pinnedKeys([host.hostKeyFingerprint]) },
  )
  await expect(attempt).rejects.toThrow(SshError)
})

test('reads the power of a board with a meter', async () => {
  const connection = await connect(hostAt(0))
  const { code, stdout } = await connection.exec('ipmitool dcmi power reading')
  expect(code).toBe(0)
  expect(Number(/Instantaneous power reading: +(\d+) Watts/.exec(stdout)?.[1])).toBeGreaterThan(70)
})

test('answers nothing while it is frozen, and everything again when it is revived', async () => {
  const host = hostAt(2)
  const libvirt = await open(host)
  expect(await demo.control({ do: 'freeze', host: host.name })).toEqual({ ok: true })
  await expect(libvirt.call('connectGetType', {}, { timeoutMs: 300 })).rejects.toMatchObject({ reason: 'deadline' })
  await expect(connect(host, { handshakeMs: 300 })).rejects.toMatchObject({ reason: 'silent' })
  expect(await demo.control({ do: 'revive', host: host.name })).toEqual({ ok: true })
  await libvirt.closed
  expect((await (await open(host)).call('connectGetType', {})).type).toBe('QEMU')
})

test('keeps SSH alive while only libvirt is frozen', async () => {
  const host = hostAt(3)
  const connection = await connect(host)
  const libvirt = await open(host, connection)
  await demo.control({ do: 'freezeLibvirt', host: host.name })
  await expect(libvirt.call('connectGetType', {}, { timeoutMs: 300 })).rejects.toMatchObject({ reason: 'deadline' })
  expect((await connection.exec('true')).code).toBe(0)
  await demo.control({ do: 'revive', host: host.name })
})

test('refuses connections while it is dead, and is back on its port afterwards', async () => {
  const host = hostAt(4)
  const libvirt = await open(host)
  await demo.control({ do: 'kill', host: host.name })
  await libvirt.closed
  await expect(connect(host)).rejects.toMatchObject({ reason: 'refused' })
  await demo.control({ do: 'revive', host: host.name })
  expect((await (await open(host)).call('connectGetType', {})).type).toBe('QEMU')
})

test('shows another key when it is told to, to new connections only', async () => {
  const host = hostAt(5)
  const libvirt = await open(host)
  await demo.control({ do: 'changeHostKey', host: host.name })
  await expect(connect(host)).rejects.toMatchObject({ stage: 'host-key' })
  expect((await libvirt.call('connectGetType', {})).type).toBe('QEMU')
})

test('fails the next call as it is told to, once', async () => {
  const host = hostAt(6)
  const libvirt = await open(host)
  const error = { code: 38, domain: 18, message: 'cannot read: Input/output error' }
  await demo.control({ do: 'failNext', host: host.name, procedure: 'connectListAllStoragePools', ...error })
  const failure = await libvirt.listStoragePools().catch((reason: unknown) => reason)
  expect(failure).toBeInstanceOf(LibvirtError)
  expect(failure).toMatchObject(error)
  expect(await libvirt.listStoragePools()).toHaveLength(2)
})

test('loses a pool when it is told to', async () => {
  const host = hostAt(7)
  const libvirt = await open(host)
  await demo.control({ do: 'losePool', host: host.name, pool: 'default' })
  const { pool } = await libvirt.call('storagePoolLookupByName', { name: 'default' })
  expect((await libvirt.call('storagePoolGetInfo', { pool })).state).toBe(0)
})

test.each([
  [{ do: 'dance' }, 'no command is called dance'],
  [{ do: 'freeze', host: 'nowhere' }, 'no host is called nowhere'],
  [
    { do: 'failNext', host: 'x', procedure: 'toString', code: 1, domain: 1, message: 'm' },
    'no procedure is called toString',
  ],
])('answers the command %j with what is wrong', async (command, error) => {
  expect(await demo.control(command)).toEqual({ ok: false, error })
})

test('ends when its standard input does', async () => {
  const other = await startDemoProcess('--hosts', '1')
  expect(await other.stop()).toBe(0)
})

test('keeps its host keys from one start to the next', async () => {
  const other = await startDemoProcess('--hosts', '2')
  await other.stop()
  expect(other.announcement.hosts.map(host => host.hostKey)).toEqual(
    demo.announcement.hosts.slice(0, 2).map(host => host.hostKey),
  )
})
