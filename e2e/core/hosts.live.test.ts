import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { Host, Probe } from '#contract/hosts.ts'
import { startLab, type Lab, type LabHost } from '#lab/index.ts'
import { countConnections, domains, virshRecord } from './judge.ts'
import { addPlatform, addressOf, newHost, openTestSite, refusal, type TestSite } from './test-site.ts'

let lab: Lab
let site: TestSite
let host: LabHost
beforeAll(async () => {
  lab = await startLab({ hosts: 2, guests: 2, runningGuests: 1 })
  host = lab.host(0)
  site = await openTestSite()
})
afterAll(async () => {
  await site.close()
  await lab.stop()
})

type Target = Parameters<ReturnType<TestSite['as']>['hosts']['probe']>[0]

/** The last message of a probe: how far it got. */
async function probe(target: Target): Promise<Probe> {
  const messages: Probe[] = []
  for await (const message of await site.as('operator').hosts.probe(target)) messages.push(message)
  const last = messages.at(-1)
  if (!last?.isDone) throw new Error('the probe ended without being done')
  return last
}
const states = ({ steps }: Probe) => steps.map(({ step, state }) => `${step} ${state}`)
const faultAt = ({ steps }: Probe, name: string) => steps.find(({ step }) => step === name)?.fault
const trusted = () => ({ ...addressOf(host), trustFingerprint: host.hostKeyFingerprint })

test('a probe of a host whose key was confirmed passes every step and tells what virsh tells', async () => {
  const { steps, facts, fingerprint } = await probe(trusted())
  expect(steps.map(step => step.state)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'ok'])
  expect(fingerprint).toBe(host.hostKeyFingerprint)
  const node = await virshRecord(host, 'nodeinfo')
  expect(facts).toMatchObject({ hostname: host.name, cpuThreads: Number(node['CPU(s)']), vms: 2 })
  expect(`${(facts?.memoryBytes ?? 0) / 1024} KiB`).toBe(node['Memory size'])
  expect((await host.virsh('version')).join('\n')).toContain(`libvirt ${facts?.libvirtVersion}`)
  expect(Math.abs(facts?.clockOffsetMs ?? Infinity)).toBeLessThan(1_000)
})

test('an unknown host key is asked about, and nothing is tried beyond it', async () => {
  const result = await probe(addressOf(host))
  expect(states(result)).toEqual([
    ...['name ok', 'tcp ok', 'host-key asks', 'authentication waiting', 'socket waiting', 'libvirt waiting'],
  ])
  expect(faultAt(result, 'host-key')).toMatchObject({
    code: 'host/key-unknown',
    data: { fingerprint: host.hostKeyFingerprint },
  })
})

test('a key that an imported known_hosts text names is not asked about', async () => {
  const text = readFileSync(lab.knownHostsFile, 'utf8')
  const other = lab.host(1)
  expect(await site.as('operator').hosts.importKnownHosts({ text })).toEqual({ imported: 2, skipped: 0 })
  expect((await probe(addressOf(other))).steps.every(step => step.state === 'ok')).toBe(true)
})

test('a user who may not sign in, and a key that is not accepted, end the probe at authentication', async () => {
  const privateKey = site.core.siteKey
  for (const wrong of [{ user: 'nobody-here' }, { credential: { kind: 'key' as const, privateKey } }]) {
    const result = await probe({ ...trusted(), ...wrong })
    expect(states(result)).toContain('authentication failed')
    expect(faultAt(result, 'authentication')).toMatchObject({
      code: 'host/auth-failed',
      data: { user: wrong.user ?? host.user },
    })
  }
})

test('a port that nobody listens on fails at TCP, and a name that nobody knows at the name', async () => {
  const closed = await probe({ ...trusted(), port: 1 })
  expect(states(closed).slice(0, 3)).toEqual(['name ok', 'tcp failed', 'host-key waiting'])
  expect(faultAt(closed, 'tcp')).toMatchObject({ code: 'host/refused', data: { port: 1 } })
  const unknown = await probe({ ...trusted(), address: 'no-such-host.invalid' })
  expect(states(unknown)[0]).toBe('name failed')
  expect(faultAt(unknown, 'name')?.code).toBe('host/name-unknown')
})

test('a host whose libvirtd is down says so in its words, and one whose libvirtd is frozen is silent', async () => {
  const other = lab.host(1)
  const target = { ...addressOf(other), trustFingerprint: other.hostKeyFingerprint }
  await other.killLibvirtd()
  const down = await probe(target)
  await other.startLibvirtd()
  // Its socket is still there, so it is found; nobody listens behind it.
  expect(states(down).slice(3)).toEqual(['authentication ok', 'socket ok', 'libvirt failed'])
  expect(faultAt(down, 'libvirt')?.code).toBe('host/libvirt-down')
  expect(JSON.stringify(faultAt(down, 'libvirt'))).toContain('Connection refused')
  await other.freezeLibvirtd()
  onTestFinished(() => other.thawLibvirtd())
  const frozen = await probe(target)
  expect(states(frozen).slice(4)).toEqual(['socket ok', 'libvirt failed'])
  expect(faultAt(frozen, 'libvirt')?.code).toBe('host/silent')
})

test('a user who may not open the read-write socket is told so', async () => {
  const { user, password } = host.visitor
  const result = await probe({ ...trusted(), user, credential: { kind: 'password', password } })
  expect(states(result).slice(3, 5)).toEqual(['authentication ok', 'socket failed'])
  expect(faultAt(result, 'socket')).toMatchObject({ code: 'host/socket-forbidden', data: { user } })
})

test('a host that is added is up within seconds and shows what virsh shows', async () => {
  const counting = countConnections(host)
  const startedAt = performance.now()
  const { hostIds } = await addPlatform(site, [host])
  expect(performance.now() - startedAt).toBeLessThan(5_000)
  const row = await shownHost(hostIds[0] ?? '')
  expect(row).toMatchObject({ state: 'up', fault: null, vmsTotal: 2, vmsRunning: 1, arch: 'x86_64' })

  const info = await virshRecord(host, 'pool-info default --bytes')
  expect(row.pools).toHaveLength(1)
  expect(row.pools[0]).toMatchObject({ name: 'default', type: 'dir', isActive: true })
  expect(`${row.pools[0]?.capacityBytes}`).toBe(info['Capacity'])
  const capacities = await Promise.all(
    ['hv01-vm1.qcow2', 'hv01-vm2.qcow2'].map(name => virshRecord(host, `vol-info ${name} default --bytes`)),
  )
  const promised = capacities.reduce((sum, each) => sum + Number.parseInt(each['Capacity'] ?? '', 10), 0)
  expect(row.pools[0]?.promisedBytes).toBe(promised)
  expect(row.networks.map(({ name, isActive }) => ({ name, isActive }))).toEqual([{ name: 'default', isActive: true }])
  expect(row.networks[0]?.bridge).toBe((await virshRecord(host, 'net-info default'))['Bridge'])

  const vms = await first(await site.as('operator').vms.watch({}))
  expect(vms.map(vm => vm.name).sort()).toEqual(await domains(host))
  for (const vm of vms) {
    const dom = await virshRecord(host, `dominfo ${vm.uuid}`)
    expect({ name: vm.name, state: vm.state.replace('shutoff', 'shut off'), uuid: vm.uuid }).toEqual({
      name: dom['Name'],
      state: dom['State'],
      uuid: dom['UUID'],
    })
    expect([`${vm.vcpus}`, `${vm.memoryBytes / 1024} KiB`]).toEqual([dom['CPU(s)'], dom['Max memory']])
  }
  // The last look is taken while the host is connected, however quickly all of this went.
  expect((await counting.stop()).most).toBe(1)
})

test('pools of a host without other writers are told to the byte', async () => {
  const small = await startLab({ hosts: 1, guests: 1, runningGuests: 0, smallPoolMib: 64 })
  onTestFinished(() => small.stop())
  const { hostIds } = await addPlatform(site, [small.host(0)], { name: '互联网区' })
  const row = await shownHost(hostIds[0] ?? '')
  const info = await virshRecord(small.host(0), 'pool-info default --bytes')
  const [pool] = row.pools
  expect([pool?.capacityBytes, pool?.usedBytes, pool?.freeBytes].map(String)).toEqual([
    info['Capacity'],
    info['Allocation'],
    info['Available'],
  ])
  await site.as('administrator').hosts.remove({ hostId: row.hostId, reason: '测试结束' })
})

test('a host whose credential no longer holds is given another one, after a try against its own key', async () => {
  const row = (await first(await site.as('operator').hosts.watch({}))).find(each => each.name === host.name)
  const { hostId, version } = row ?? expect.unreachable('the host was not added')
  const wrong = { kind: 'password' as const, password: 'not-this-one' }
  const change = { ...addressOf(host), hostId, reason: '口令轮换' }
  await site.as('operator').hosts.changeAccess({ ...change, credential: wrong, version })
  await expect.poll(async () => (await shownHost(hostId)).fault?.code, { timeout: 10_000 }).toBe('host/auth-failed')
  expect((await probe({ ...addressOf(host), hostId })).steps.every(step => step.state === 'ok')).toBe(true)
  const impostor = await probe({ ...addressOf(lab.host(1)), hostId })
  expect(faultAt(impostor, 'host-key')?.code).toBe('host/key-changed')
  await site.as('operator').hosts.changeAccess({ ...change, version: version + 1 })
  await expect.poll(async () => (await shownHost(hostId)).state, { timeout: 10_000 }).toBe('up')
})

test('the same address is not taken in twice', async () => {
  const [platform] = await site.as('operator').site.platforms({})
  const again = await refusal(site.as('operator').hosts.add(newHost(host, platform?.platformId ?? ('' as never))))
  expect(again).toMatchObject({ code: 'host/already-added', data: { name: host.name } })
})

async function shownHost(hostId: string): Promise<Host> {
  const row = (await first(await site.as('operator').hosts.watch({}))).find(each => each.hostId === hostId)
  if (!row) throw new Error(`host ${hostId} is not shown`)
  return row
}

/** What a reader of a feed gets at once. */
async function first<Row>(feed: AsyncIterable<{ readonly changed: readonly Row[] }>): Promise<readonly Row[]> {
  for await (const { changed } of feed) return changed
  throw new Error('the feed ended')
}
