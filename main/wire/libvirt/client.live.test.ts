import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createConnection } from 'node:net'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { startLab, type Lab, type LabHost } from '#lab/index.ts'
import { libvirtCode, openLibvirt, paramsToRecord, type Libvirt, type LibvirtOptions } from './index.ts'

const { DomainEventType, DomainState, ErrorCode } = libvirtCode
let lab: Lab
let qemu: LabHost
let mock: LabHost

beforeAll(async () => {
  lab = await startLab({ hosts: 2, drivers: ['qemu', 'test'], domains: 20, guests: 1 })
  qemu = lab.host(0)
  mock = lab.host(1)
}, 120_000)
afterAll(() => lab?.stop())

async function open(host: LabHost, options: Partial<LibvirtOptions> = {}, socket = host.localSocket): Promise<Libvirt> {
  const duplex = createConnection(socket)
  await once(duplex, 'connect')
  const libvirt = await openLibvirt(duplex, { uri: host.uri, ...options })
  onTestFinished(() => libvirt.close())
  return libvirt
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

function guestXml(name: string): string {
  return `<domain type='qemu'><name>${name}</name><memory unit='MiB'>32</memory><vcpu>1</vcpu>
    <os><type arch='x86_64' machine='pc'>hvm</type><bios useserial='yes'/></os>
    <devices><emulator>/usr/bin/qemu-system-x86_64</emulator><console type='pty'/></devices></domain>`
}

test('lists the domains that virsh lists, with their ids', async () => {
  const libvirt = await open(mock)
  const names = (await libvirt.listDomains()).map(({ name }) => name).sort()
  expect(names).toEqual((await mock.virsh('list --all --name')).map(line => line.trim()).sort())
  expect(names).toHaveLength(21)
  const running = (await libvirt.listDomains(1)).map(({ id }) => String(id)).sort()
  expect(running).toEqual((await mock.virsh('list --id')).map(line => line.trim()).sort())
})

test('names the UUID of a domain as virsh does', async () => {
  const libvirt = await open(qemu)
  const { dom } = await libvirt.call('domainLookupByName', { name: 'hv01-vm1' })
  expect([dom.uuid]).toEqual(await qemu.virsh('domuuid hv01-vm1'))
  expect((await libvirt.call('domainLookupByUuid', { uuid: dom.uuid })).dom).toEqual(dom)
})

test('tells the same statistics by the same names as virsh', async () => {
  const libvirt = await open(qemu)
  const [stats] = await libvirt.getAllDomainStats()
  const told = (await qemu.virsh('domstats hv01-vm1')).slice(1).map(line => line.trim().split('=') as [string, string])
  expect([...(stats?.params.keys() ?? [])].sort()).toEqual(told.map(([name]) => name).sort())
  for (const [name, value] of told.filter(([name]) =>
    /^(state|vcpu\.(current|maximum)|block\.0\.(name|path|capacity)|balloon\.maximum)/.test(name),
  )) {
    expect(String(stats?.params.get(name)), name).toBe(value)
  }
  const { retStats } = await libvirt.call('connectGetAllDomainStats', { doms: [], stats: 0 })
  expect(Object.keys(paramsToRecord(retStats[0]?.params ?? []))).toEqual([...(stats?.params.keys() ?? [])])
})

test('reads host, versions and capabilities as virsh does', async () => {
  const libvirt = await open(qemu)
  const [info, capabilities, version, { hostname }] = await Promise.all([
    libvirt.call('nodeGetInfo', {}),
    libvirt.call('connectGetCapabilities', {}),
    libvirt.call('connectGetLibVersion', {}),
    libvirt.call('connectGetHostname', {}),
  ])
  const told = Object.fromEntries((await qemu.virsh('nodeinfo')).map(line => line.split(/:\s+/) as [string, string]))
  expect(told).toMatchObject({
    'CPU model': info.model,
    'CPU(s)': String(info.cpus),
    'Memory size': `${info.memory} KiB`,
  })
  expect(capabilities.capabilities).toContain('<capabilities>')
  const number = Number(version.libVer)
  expect((await qemu.virsh('version')).join('\n')).toContain(
    `${Math.floor(number / 1e6)}.${Math.floor(number / 1e3) % 1e3}.${number % 1e3}`,
  )
  expect([hostname]).toEqual(await qemu.virsh('hostname'))
})

test('tells a life from definition to removal in order, as virsh sees it', async () => {
  const libvirt = await open(qemu)
  const name = 'told-life'
  const told: [number, number][] = []
  const subscription = await libvirt.on('domainLifecycle', ({ dom, event, detail }) => {
    if (dom.name === name) told.push([event, detail])
  })
  const { dom } = await libvirt.call('domainDefineXml', { xml: guestXml(name) })
  expect(await qemu.virsh(['domstate', name])).toEqual(['shut off'])
  await libvirt.call('domainCreate', { dom })
  expect(await qemu.virsh(['domstate', name])).toEqual(['running'])
  expect((await libvirt.call('domainGetState', { dom })).state).toBe(DomainState.RUNNING)
  await libvirt.call('domainDestroy', { dom })
  expect(await qemu.virsh(['domstate', name])).toEqual(['shut off'])
  await libvirt.call('domainUndefine', { dom })
  const { DEFINED, RESUMED, STARTED, SHUTDOWN, STOPPED, UNDEFINED } = DomainEventType
  await expect
    .poll(() => told)
    .toEqual([
      [DEFINED, 0],
      [RESUMED, 0],
      [STARTED, 0],
      [SHUTDOWN, libvirtCode.DomainEventShutdownDetailType.HOST],
      [STOPPED, libvirtCode.DomainEventStoppedDetailType.DESTROYED],
      [UNDEFINED, 0],
    ])
  expect((await qemu.virsh('list --all --name')).includes(name)).toBe(false)
  await subscription.close()
})

test('follows what virsh changes', async () => {
  const libvirt = await open(mock)
  const told: string[] = []
  const following = await libvirt.follow({
    events: ['domainLifecycle'],
    list: () => libvirt.listDomains(),
    onList: listed => told.push(`listed ${listed.length}`),
    onEvent: (_, body) => told.push(`${body.dom.name} ${body.event}`),
  })
  await mock.virsh('suspend test')
  await mock.virsh('resume test')
  await expect.poll(() => told).toEqual(['listed 21', 'test 3', 'test 4'])
  await following.close()
})

test('reads the console of a guest', async () => {
  const libvirt = await open(qemu)
  const { dom } = await libvirt.call('domainDefineXml', { xml: guestXml('told-console') })
  onTestFinished(async () => {
    await qemu.virsh('destroy told-console')
    await qemu.virsh('undefine told-console')
  })
  await libvirt.call('domainCreateWithFlags', { dom, flags: libvirtCode.DomainCreateFlags.START_PAUSED })
  const { stream } = await libvirt.stream('domainOpenConsole', { dom, flags: libvirtCode.DomainConsoleFlags.FORCE })
  await libvirt.call('domainResume', { dom })
  let text = ''
  for await (const chunk of stream) {
    text += String(chunk)
    if (text.includes('SeaBIOS')) break
  }
  expect(text).toContain('SeaBIOS')
  expect(await libvirt.call('connectGetHostname', {})).toHaveProperty('hostname')
})

test('takes a screenshot', async () => {
  const libvirt = await open(qemu)
  const { dom } = await libvirt.call('domainLookupByName', { name: 'hv01-vm1' })
  const { result, stream } = await libvirt.stream('domainScreenshot', { dom, screen: 0 })
  const picture = await buffer(stream)
  expect(result.mime).toBe('image/png')
  expect(picture.subarray(1, 4).toString()).toBe('PNG')
  expect(picture.subarray(-8, -4).toString()).toBe('IEND')
})

test.each([{ sparse: false }, { sparse: true }])(
  'a volume goes up and comes down unchanged ($sparse)',
  async ({ sparse }) => {
    const libvirt = await open(qemu)
    const [pool] = (await libvirt.listStoragePools()).filter(({ name }) => name === 'default')
    const data = Buffer.concat([randomBytes(3_000_001), Buffer.alloc(4_000_000), randomBytes(1_388_607)])
    const name = `told-${sparse}.raw`
    const xml = `<volume><name>${name}</name><capacity>${data.byteLength}</capacity><target><format type='raw'/></target></volume>`
    const { vol } = await libvirt.call('storageVolCreateXml', { pool: pool!, xml })
    onTestFinished(async () => void (await qemu.virsh(['vol-delete', name, '--pool', 'default'])))
    const part = { vol, offset: 0n, length: BigInt(data.byteLength) }
    const up = await libvirt.stream('storageVolUpload', part, { sparse })
    await pipeline(Readable.from([data.subarray(0, 5_000_000), data.subarray(5_000_000)]), up.stream)
    const copy = `${lab.dir}/${name}`
    await qemu.virsh(['vol-download', name, copy, '--pool', 'default'])
    expect((await qemu.exec(`sha256sum < ${copy}; rm ${copy}`)).slice(0, 64)).toBe(sha256(data))
    const down = await libvirt.stream('storageVolDownload', part, { sparse })
    expect(sha256(await buffer(down.stream))).toBe(sha256(data))
  },
)

test('a domain that is not there, a change on the read-only socket and nonsense are told apart by their codes', async () => {
  const libvirt = await open(qemu)
  await expect(libvirt.call('domainLookupByName', { name: 'nobody' })).rejects.toMatchObject({
    code: ErrorCode.NO_DOMAIN,
    domain: libvirtCode.ErrorDomain.QEMU,
  })
  await expect(libvirt.call('domainDefineXml', { xml: '<domain' })).rejects.toMatchObject({
    code: ErrorCode.XML_DETAIL,
  })
  await expect(libvirt.call('connectSupportsFeature', { feature: 9_999 })).resolves.toBeDefined()
  const reader = await open(qemu, { readOnly: true }, `${qemu.localSocket}-ro`)
  await expect(reader.call('domainDefineXml', { xml: guestXml('never') })).rejects.toMatchObject({
    code: ErrorCode.OPERATION_DENIED,
  })
  expect(await reader.call('connectGetHostname', {})).toHaveProperty('hostname')
})

test('a connection that only reads refuses changes on the ordinary socket too', async () => {
  const reader = await open(qemu, { readOnly: true })
  await expect(reader.call('domainDefineXml', { xml: guestXml('never') })).rejects.toMatchObject({
    code: ErrorCode.OPERATION_DENIED,
  })
})

test('many slow calls do not look like a dead daemon, and a quick one on another connection is not held up', async () => {
  const [slow, quick] = [await open(qemu, { keepalive: { intervalMs: 200, count: 3 } }), await open(qemu)]
  const begin = performance.now()
  let isBusy = true
  // For longer than the silence that would end the connection.
  const bulk = Promise.all(
    Array.from({ length: 8 }, async () => {
      while (performance.now() - begin < 2_000) expect(await slow.getAllDomainStats()).not.toEqual([])
    }),
  ).finally(() => (isBusy = false))
  expect(await quick.call('connectGetHostname', {})).toHaveProperty('hostname')
  expect(isBusy).toBe(true)
  await bulk
})

test('a daemon that is frozen is noticed by its silence, and one that is killed at once', async () => {
  const frozen = await open(mock, { keepalive: { intervalMs: 100, count: 3 } })
  await frozen.hasFeature(libvirtCode.Feature.KEEPALIVE)
  await mock.freezeLibvirtd()
  onTestFinished(() => mock.thawLibvirtd())
  await expect(frozen.call('connectGetHostname', {})).rejects.toMatchObject({ reason: 'silent' })
  await mock.thawLibvirtd()
  const killed = await open(qemu)
  const begin = performance.now()
  await qemu.killLibvirtd()
  onTestFinished(() => qemu.startLibvirtd())
  expect((await killed.closed).reason).toBe('lost')
  expect(performance.now() - begin).toBeLessThan(5_000)
})
