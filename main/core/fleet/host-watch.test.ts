import { expect, test } from 'vitest'
import { AppError } from '#contract/errors.ts'
import { Host } from '#contract/hosts.ts'
import { HostId } from '#contract/ids.ts'
import { fleetOf, lost, machine, vmOf } from './testing-scripted.ts'
import { recordOf } from './testing.ts'

test('a host is polled soon again for its first rates, then at its interval, which can change while it runs', async () => {
  const { clock, scriptOf, fleet, close } = await fleetOf(['h'])
  await clock.advance(33_000)
  expect(scriptOf('h').polled).toEqual([0, 3_000, 18_000, 33_000])
  fleet.setPollInterval(5_000)
  await clock.advance(10_000)
  expect(scriptOf('h').polled.slice(4)).toEqual([38_000, 43_000])
  await close()
})

test('the row of a host says what it is and adds up what its VMs were promised', async () => {
  const { clock, scriptOf, host, close } = await fleetOf(['h'])
  scriptOf('h').vms = [vmOf('a'), vmOf('b', { state: 'shutoff', vcpus: 4 })]
  await clock.advance(1)
  expect(host('h')).toMatchObject({
    ...{ state: 'up', hostname: 'h', model: 'NF5280', cpuThreads: 4, vmsTotal: 2, vmsRunning: 1 },
    ...{ promisedVcpus: 6, promisedMemoryBytes: 2_000, memoryUsedBytes: 500 },
  })
  await clock.advance(15_000)
  expect(host('h')?.cpuFraction).toBe(0.5)
  await close()
})

test('a host that hangs is silent after two intervals, and the others never wait for it', async () => {
  const { clock, scriptOf, host, vm, close } = await fleetOf(['bad', 'good'])
  await clock.advance(1_000)
  scriptOf('bad').isHung = true
  await clock.advance(29_500)
  expect(host('bad')).toMatchObject({ state: 'silent', fault: { code: 'host/silent' } })
  expect(vm('bad', 'a')).toMatchObject({ isKnown: false, state: 'running', seenAt: host('bad')?.seenAt })
  expect(host('good')?.state).toBe('up')
  expect(scriptOf('good').polled).toEqual([40, 3_040, 18_040])
  await close()
})

test('a lost host is silent at once, tried at growing distances, and back by itself', async () => {
  const { clock, scriptOf, host, vm, close } = await fleetOf(['h'])
  await clock.advance(1_000)
  scriptOf('h').refusal = new AppError('host/unreachable', { address: 'h', waitedMs: 5_000 })
  scriptOf('h').lose(lost('h'))
  await clock.advance(0)
  expect(host('h')).toMatchObject({ state: 'silent', fault: { code: 'host/lost' } })
  await clock.advance(120_000)
  const gaps = scriptOf('h')
    .opened.slice(1)
    .map((at, i, all) => at - (all[i - 1] ?? 1_000))
  expect(gaps.length).toBeGreaterThan(5)
  expect(Math.max(...gaps)).toBeLessThanOrEqual(30_000)
  expect(Math.max(...gaps)).toBeGreaterThan(Math.min(...gaps) * 4)
  expect(host('h')).toMatchObject({
    state: 'silent',
    since: Date.UTC(2025, 0, 1) + 1_000,
    fault: { code: 'host/unreachable' },
  })
  scriptOf('h').refusal = undefined
  await clock.advance(30_000)
  expect(host('h')).toMatchObject({ state: 'up', fault: null })
  expect(vm('h', 'a')?.isKnown).toBe(true)
  await close()
})

test('a host that came back is tried quickly when it is lost again', async () => {
  const { clock, scriptOf, host, close } = await fleetOf(['h'])
  scriptOf('h').refusal = new AppError('host/unreachable', { address: 'h', waitedMs: 5_000 })
  await clock.advance(300_000)
  scriptOf('h').refusal = undefined
  await clock.advance(30_000)
  expect(host('h')?.state).toBe('up')
  scriptOf('h').lose(lost('h'))
  await clock.advance(1_000)
  expect(host('h')?.state).toBe('up')
  await close()
})

test('a person can have a silent host tried now', async () => {
  const { clock, scriptOf, fleet, host, close } = await fleetOf(['h'])
  scriptOf('h').refusal = new AppError('host/auth-failed', { user: 'root', methods: [] })
  await clock.advance(1_000)
  expect(host('h')?.state).toBe('silent')
  scriptOf('h').refusal = undefined
  fleet.retry(HostId.parse('h'))
  await clock.advance(1)
  expect(host('h')?.state).toBe('up')
  await close()
})

test('a host whose key changed is left alone until the new one is trusted', async () => {
  const { clock, scriptOf, fleet, host, close } = await fleetOf(['h'])
  scriptOf('h').refusal = new AppError('host/key-changed', { expected: 'x', offered: 'y', algorithm: 'ssh-ed25519' })
  await clock.advance(1_000)
  expect(host('h')).toMatchObject({ state: 'blocked', fault: { code: 'host/key-changed' } })
  await clock.advance(86_400_000)
  expect(scriptOf('h').opened).toHaveLength(1)
  scriptOf('h').refusal = undefined
  fleet.reach({ ...recordOf(machine('h')), fingerprint: 'SHA256:y', version: 2 })
  expect(host('h')).toMatchObject({ state: 'connecting', version: 2, fault: null })
  await clock.advance(1)
  expect(host('h')?.state).toBe('up')
  await close()
})

test('a new name keeps the connection, a new address does not', async () => {
  const { clock, scriptOf, fleet, host, vm, close } = await fleetOf(['h'])
  await clock.advance(1_000)
  fleet.update({ ...recordOf(machine('h')), name: 'renamed', version: 2 })
  await clock.advance(1_000)
  expect(scriptOf('h').opened).toHaveLength(1)
  expect([host('h')?.name, vm('h', 'a')?.hostName]).toEqual(['renamed', 'renamed'])
  fleet.reach({ ...recordOf(machine('h')), address: 'elsewhere', version: 3 })
  await clock.advance(1_000)
  expect(scriptOf('h').opened).toHaveLength(2)
  expect(scriptOf('h').open).toBe(1)
  await close()
})

test('an event shows within a moment, many of one VM at the price of one', async () => {
  const { clock, scriptOf, vm, changes, close } = await fleetOf(['h'])
  await clock.advance(1_000)
  changes.length = 0
  scriptOf('h').vms = [vmOf('a', { state: 'shutoff' })]
  for (let i = 0; i < 50; i++) scriptOf('h').tell('a')
  await clock.advance(100)
  expect(vm('h', 'a')?.state).toBe('shutoff')
  expect(scriptOf('h').looked).toBe(1)
  expect(changes).toEqual([{ kind: 'vm', vmId: 'h.a', from: 'running', to: 'shutoff' }])
  await close()
})

test('pools and networks are listed anew when one of them changed, and once a minute', async () => {
  const { clock, scriptOf, close } = await fleetOf(['h'])
  await clock.advance(1_000)
  expect(scriptOf('h').listed).toBe(1)
  for (let i = 0; i < 20; i++) scriptOf('h').tellParts()
  await clock.advance(500)
  expect(scriptOf('h').listed).toBe(2)
  await clock.advance(61_000)
  expect(scriptOf('h').listed).toBe(3)
  await close()
})

test('a host that can be polled but not listed is up, and what is old of it is said until it can', async () => {
  const { clock, scriptOf, host, fleet, close } = await fleetOf(['h'])
  await clock.advance(1_000)
  scriptOf('h').unlisted = new AppError('host/silent', { hostId: HostId.parse('h'), waitedMs: 20_000 })
  await clock.advance(61_000)
  expect(host('h')?.state).toBe('up')
  expect(fleet.alerts()).toMatchObject([
    { severity: 'notice', fault: { code: 'alert/partly-read', data: { first: { code: 'host/silent' } } } },
  ])
  scriptOf('h').unlisted = undefined
  await clock.advance(61_000)
  expect(fleet.alerts()).toEqual([])
  await close()
})

test('VMs of petabytes leave their host a row that the contract knows', async () => {
  const { clock, scriptOf, host, close } = await fleetOf(['h'])
  scriptOf('h').vms = ['a', 'b', 'c'].map(uuid => vmOf(uuid, { memoryBytes: 2 ** 52 }))
  await clock.advance(1)
  expect(Host.parse(host('h')).promisedMemoryBytes).toBe(Number.MAX_SAFE_INTEGER)
  await close()
})

test('a change that is told during a listing is not lost with it', async () => {
  const { clock, scriptOf, close } = await fleetOf(['h'])
  await clock.advance(1_000)
  scriptOf('h').whenListed = () => {
    scriptOf('h').whenListed = () => undefined
    scriptOf('h').tellParts()
  }
  scriptOf('h').tellParts()
  await clock.advance(1_500)
  expect(scriptOf('h').listed).toBe(3)
  await close()
})

test('what no event told is found by the next poll', async () => {
  const { clock, scriptOf, vm, fleet, close } = await fleetOf(['h'])
  await clock.advance(1_000)
  scriptOf('h').vms = [vmOf('b')]
  await clock.advance(14_200)
  expect([vm('h', 'a'), vm('h', 'b')?.state]).toEqual([undefined, 'running'])
  expect(fleet.vms.size).toBe(1)
  await close()
})

test('the last known state is saved when it changed, and once a minute', async () => {
  const { clock, scriptOf, snapshots, close } = await fleetOf(['h'])
  await clock.advance(6_000)
  expect(snapshots.get(HostId.parse('h'))).toMatchObject({ hostId: 'h', vms: [{ uuid: 'a', state: 'running' }] })
  scriptOf('h').vms = [vmOf('a', { state: 'paused' })]
  scriptOf('h').tell('a')
  await clock.advance(10_000)
  expect(snapshots.get(HostId.parse('h'))?.vms[0]?.state).toBe('paused')
  const { seenAt = 0 } = snapshots.get(HostId.parse('h')) ?? {}
  await clock.advance(80_000)
  expect(snapshots.get(HostId.parse('h'))?.seenAt).toBeGreaterThan(seenAt)
  await close()
})

test('after a restart the last known state is there before any host has answered', async () => {
  const first = await fleetOf(['h'])
  await first.clock.advance(1_000)
  await first.close()
  const second = await fleetOf(['h'], { snapshots: first.snapshots })
  expect(second.host('h')).toMatchObject({
    state: 'connecting',
    hostname: 'h',
    vmsTotal: 1,
    seenAt: first.host('h')?.seenAt,
  })
  expect(second.vm('h', 'a')).toMatchObject({ isKnown: false, state: 'running', seenAt: first.host('h')?.seenAt })
  await second.close()
})

test('who waits for an answer of a host that is lost hears that it is lost', async () => {
  const { clock, scriptOf, fleet, close } = await fleetOf(['h'])
  await clock.advance(1_000)
  scriptOf('h').isHung = true
  const refreshed = fleet.refresh(HostId.parse('h')).catch((error: unknown) => error)
  await clock.advance(1)
  scriptOf('h').lose(lost('h'))
  await clock.advance(1)
  expect(await refreshed).toMatchObject({ code: 'host/lost' })
  expect(() => fleet.link(HostId.parse('h'))).toThrow('host/not-connected')
  await close()
})

test('closing leaves no connection and no timer, whatever state the hosts are in', async () => {
  const { clock, scriptOf, errors, close } = await fleetOf(['up', 'hung', 'away', 'blocked'])
  scriptOf('away').refusal = new AppError('host/unreachable', { address: 'x', waitedMs: 1 })
  scriptOf('blocked').refusal = new AppError('host/key-changed', { expected: 'x', offered: 'y', algorithm: 'z' })
  await clock.advance(1_000)
  scriptOf('hung').isHung = true
  await clock.advance(16_000)
  await close()
  expect(['up', 'hung', 'away', 'blocked'].map(name => scriptOf(name).open)).toEqual([0, 0, 0, 0])
  expect(clock.sleepers()).toBe(0)
  expect(errors).toEqual([])
})

test('a host that is removed leaves no row', async () => {
  const { clock, fleet, scriptOf, close } = await fleetOf(['h', 'i'])
  await clock.advance(1_000)
  await fleet.remove(HostId.parse('h'))
  await clock.advance(60_000)
  expect([fleet.hosts.rows().map(row => row.hostId), fleet.vms.rows().map(row => row.vmId)]).toEqual([['i'], ['i.a']])
  expect(scriptOf('h').open).toBe(0)
  await close()
})
