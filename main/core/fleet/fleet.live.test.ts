import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Host } from '#contract/hosts.ts'
import { HostId } from '#contract/ids.ts'
import type { Vm } from '#contract/vms.ts'
import { systemClock } from '#lib/clock.ts'
import { startLab, type Lab, type LabHost } from '#lab/index.ts'
import { openTestFleet, recordOf, type TestFleetOptions } from './testing.ts'

const INTERVAL_MS = 1_000
let lab: Lab

beforeAll(async () => {
  lab = await startLab({
    hosts: 3,
    drivers: ['qemu', 'qemu', 'test'],
    guests: 2,
    runningGuests: 1,
    domains: 20,
    smallPoolMib: 96,
  })
})
afterAll(() => lab.stop())

const idOf = (machine: LabHost) => HostId.parse(machine.name)

/** A fleet of these machines, all of them up. */
async function fleetOf(machines: readonly LabHost[], options: TestFleetOptions = {}) {
  const opened = await openTestFleet(machines, { pollIntervalMs: INTERVAL_MS, ...options })
  onTestFinished(async () => {
    await opened.close()
    expect(opened.errors).toEqual([])
  })
  const { fleet } = opened
  const host = (machine: LabHost): Host => {
    const row = fleet.hosts.get(idOf(machine))
    if (!row) throw new Error(`no row of ${machine.name}`)
    return row
  }
  const vmsOf = (machine: LabHost): Vm[] => fleet.vms.rows().filter(vm => vm.hostId === idOf(machine))
  const vm = (machine: LabHost, name: string) => vmsOf(machine).find(each => each.name === name)
  await until(() => machines.every(machine => host(machine).state === 'up'), 30_000).catch((error: unknown) => {
    const why = JSON.stringify(machines.map(machine => host(machine).fault))
    throw new Error(`not up: ${why} ${String(opened.errors)}`, { cause: error })
  })
  return { ...opened, host, vmsOf, vm }
}

/** Waits for a claim to hold; how long that took. */
async function until(holds: () => boolean, withinMs: number): Promise<number> {
  const startedAt = performance.now()
  while (!holds()) {
    if (performance.now() - startedAt > withinMs)
      throw new Error(`still not so after ${withinMs} ms: ${holds.toString()}`)
    await systemClock.sleep(20)
  }
  return performance.now() - startedAt
}

/** Brings a service back at the end of the test at the latest; a second start would take the first one's place. */
function returning(start: () => Promise<void>): () => Promise<void> {
  let isBack = false
  const back = async (): Promise<void> => {
    if (isBack) return
    isBack = true
    await start()
  }
  onTestFinished(back)
  return back
}

type Guest = { readonly vcpus?: string; readonly devices?: string }
const letter = (index: number): string => String.fromCharCode(97 + index)
/** Where disks can be plugged in while the guest runs. */
const freeSlots =
  "<controller type='pci' model='pcie-root'/>" + "<controller type='pci' model='pcie-root-port'/>".repeat(4)
const escaped = (name: string): string => name.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

const guestXml = (name: string, { vcpus = '<vcpu>1</vcpu>', devices = '' }: Guest = {}): string =>
  `<domain type='qemu'><name>${escaped(name)}</name><memory unit='MiB'>96</memory>${vcpus}<os><type arch='x86_64' machine='q35'>hvm</type></os><features><acpi/></features><devices>${devices}</devices></domain>`

async function define(machine: LabHost, xml: string): Promise<void> {
  const file = `/var/tmp/${machine.name}-defined.xml`
  await machine.exec(`cat >${file} <<'X'\n${xml}\nX\nvirsh -q define ${file} && rm ${file}`)
}

const byName = (a: string, b: string) => a.localeCompare(b)

test('shows the VMs that virsh lists, with their states and sizes', async () => {
  const { vmsOf, host } = await fleetOf(lab.hosts)
  for (const machine of lab.hosts) {
    const names = await machine.virsh('list --all --name')
    const running = await machine.virsh('list --state-running --name')
    expect(
      vmsOf(machine)
        .map(each => each.name)
        .sort(byName),
    ).toEqual(names.sort(byName))
    const shownRunning = vmsOf(machine).filter(each => each.state === 'running')
    expect(shownRunning.map(each => each.name).sort(byName)).toEqual(running.sort(byName))
    expect(host(machine)).toMatchObject({
      vmsTotal: names.length,
      vmsRunning: running.length,
      name: machine.name.toUpperCase(),
    })
    const [first] = vmsOf(machine)
    const info = (await machine.virsh(`dominfo ${first?.uuid}`)).join('\n')
    expect(info).toMatch(new RegExp(`CPU\\(s\\):\\s+${first?.vcpus}\n`))
    expect(info).toMatch(new RegExp(`Max memory:\\s+${(first?.memoryBytes ?? 0) / 1024} KiB`))
  }
})

test('shows the machine as virsh describes it', async () => {
  const [machine] = lab.hosts as [LabHost]
  const { host } = await fleetOf([machine])
  const node = (await machine.virsh('nodeinfo')).join('\n')
  expect(node).toMatch(new RegExp(`CPU\\(s\\):\\s+${host(machine).cpuThreads}\n`))
  expect(node).toMatch(new RegExp(`Memory size:\\s+${(host(machine).memoryBytes ?? 0) / 1024} KiB`))
  expect(await machine.virsh('hostname')).toEqual([host(machine).hostname])
  expect((await machine.virsh('version')).join('\n')).toContain(`libvirt ${host(machine).libvirtVersion}`)
  const pool = (await machine.virsh('pool-info default --bytes')).join('\n')
  expect(pool).toMatch(new RegExp(`Capacity:\\s+${host(machine).pools[0]?.capacityBytes}`))
  expect(host(machine).networks.map(net => net.name)).toEqual(await machine.virsh('net-list --all --name'))
})

test('measures the CPU of the host and of a running guest', async () => {
  const [machine] = lab.hosts as [LabHost]
  const { host, vmsOf, samples } = await fleetOf([machine])
  await until(() => host(machine).cpuFraction !== null, 10_000)
  expect(host(machine).cpuFraction).toBeGreaterThan(0)
  expect(host(machine).memoryUsedBytes).toBeGreaterThan(100 * 2 ** 20)
  const guest = vmsOf(machine).find(each => each.state === 'running')
  expect(guest?.cpuFraction).not.toBeNull()
  await until(() => samples.some(sample => sample.subject === guest?.vmId && sample.cpuFraction !== null), 10_000)
})

describe('a change by virsh shows within the poll interval and 2 s', () => {
  const limitMs = INTERVAL_MS + 2_000

  test('a guest that is started, and one that is stopped', async () => {
    const [machine] = lab.hosts as [LabHost]
    const { vm } = await fleetOf([machine])
    const [off] = await machine.virsh('list --state-shutoff --name')
    await machine.virsh(`start ${off}`)
    await until(() => vm(machine, `${off}`)?.state === 'running', limitMs)
    await machine.virsh(`destroy ${off}`)
    await until(() => vm(machine, `${off}`)?.state === 'shutoff', limitMs)
  })

  test('a guest that is paused and resumed', async () => {
    const [machine] = lab.hosts as [LabHost]
    const { vm } = await fleetOf([machine])
    const [on] = await machine.virsh('list --state-running --name')
    await machine.virsh(`suspend ${on}`)
    await until(() => vm(machine, `${on}`)?.state === 'paused', limitMs)
    await machine.virsh(`resume ${on}`)
    await until(() => vm(machine, `${on}`)?.state === 'running', limitMs)
  })

  test('a guest that is defined, given a title, renamed and undefined', async () => {
    const [machine] = lab.hosts as [LabHost]
    const { vm } = await fleetOf([machine])
    await define(machine, guestXml('new', { vcpus: '<vcpu>3</vcpu>' }))
    await until(() => vm(machine, 'new') !== undefined, limitMs)
    expect(vm(machine, 'new')).toMatchObject({ vcpus: 3, memoryBytes: 96 * 2 ** 20, state: 'shutoff' })
    await machine.virsh(['desc', 'new', '--config', '--title', 'A new one'])
    await until(() => vm(machine, 'new')?.title === 'A new one', limitMs)
    await machine.virsh('domrename new newer')
    await until(() => vm(machine, 'newer') !== undefined && vm(machine, 'new') === undefined, limitMs)
    await machine.virsh('undefine newer')
    await until(() => vm(machine, 'newer') === undefined, limitMs)
  })

  test('processors, memory and disks that are changed while a guest runs, and while it is off', async () => {
    const [machine] = lab.hosts as [LabHost]
    const { vm } = await fleetOf([machine])
    const disk = `/var/tmp/${machine.name}-plugged.qcow2`
    await machine.exec(`qemu-img create -q -f qcow2 ${disk} 64M`)
    await define(machine, guestXml('plug', { vcpus: "<vcpu current='1'>4</vcpu>", devices: freeSlots }))
    onTestFinished(async () => {
      await machine.exec(`virsh -q destroy plug; virsh -q undefine plug; rm ${disk}`)
    })
    const attach = `attach-disk plug ${disk} vdb --targetbus virtio --subdriver qcow2`
    await until(() => vm(machine, 'plug')?.diskBytes === 0, limitMs)

    await machine.virsh('start plug')
    await machine.virsh('setvcpus plug 3 --live')
    await until(() => vm(machine, 'plug')?.vcpus === 3, limitMs)
    await machine.virsh(`${attach} --live`)
    await until(() => vm(machine, 'plug')?.diskBytes === 64 * 2 ** 20, limitMs)
    await machine.virsh('destroy plug')
    await until(() => vm(machine, 'plug')?.vcpus === 1 && vm(machine, 'plug')?.diskBytes === 0, limitMs)

    await machine.virsh('setvcpus plug 2 --config')
    await machine.virsh('setmaxmem plug 160M --config')
    await machine.virsh(`${attach} --config`)
    const sizes = () => [vm(machine, 'plug')?.vcpus, vm(machine, 'plug')?.memoryBytes, vm(machine, 'plug')?.diskBytes]
    await until(() => sizes().join() === [2, 160 * 2 ** 20, 64 * 2 ** 20].join(), limitMs)
    await machine.virsh('detach-disk plug vdb --config')
    await until(() => vm(machine, 'plug')?.diskBytes === 0, limitMs)
  })
})

test('guests with odd names and sizes stand beside the others', async () => {
  const [machine] = lab.hosts as [LabHost]
  const { vm, host } = await fleetOf([machine])
  const others = host(machine).vmsTotal
  const names = [`it's "odd" <&> \\ $(x)`, '机房😀'.repeat(20), 'x'.repeat(200), 'hundred']
  const disks = Array.from({ length: 100 }, (_, i) => {
    const target = `sd${i < 26 ? '' : letter(Math.floor(i / 26) - 1)}${letter(i % 26)}`
    return `<disk type='file'><source file='/var/tmp/none-${i}'/><target dev='${target}' bus='scsi'/></disk>`
  })
  for (const name of names) await define(machine, guestXml(name, { devices: name === 'hundred' ? disks.join('') : '' }))
  onTestFinished(async () => {
    for (const name of names) await machine.virsh(['undefine', name])
  })
  await until(() => names.every(name => vm(machine, name)), INTERVAL_MS + 2_000)
  expect(host(machine)).toMatchObject({ state: 'up', vmsTotal: others + names.length })
  expect(names.map(name => vm(machine, name)?.diskBytes)).toEqual([0, 0, 0, null])
})

test('a guest that runs on two hosts, and a host that was added twice, are said to be so', async () => {
  const [machine, other] = lab.hosts as [LabHost, LabHost]
  const { fleet } = await fleetOf([machine, other])
  const uuid = 'c0ffee00-1111-4222-8333-444455556666'
  for (const each of [machine, other]) {
    await define(each, guestXml('copy').replace('</name>', `</name><uuid>${uuid}</uuid>`))
    onTestFinished(async () => {
      await each.exec(`virsh -q destroy ${uuid}; virsh -q undefine ${uuid}; true`)
    })
  }
  const found = () => fleet.alerts().map(alert => alert.fault.code)
  await machine.virsh(`start ${uuid}`)
  await until(() => found().join() === 'alert/vms-defined-twice', INTERVAL_MS + 2_000)
  await other.virsh(`start ${uuid}`)
  await until(() => found().join() === 'alert/vms-run-twice', 2 * INTERVAL_MS + 2_000)
  await other.virsh(`destroy ${uuid}`)
  await other.virsh(`undefine ${uuid}`)
  await until(() => found().length === 0, INTERVAL_MS + 2_000)

  fleet.add({ ...recordOf(machine), hostId: HostId.parse('again'), name: 'AGAIN', address: 'localhost' })
  await until(() => found().join() === 'alert/same-machine', 10_000)
})

test('networks and pools that virsh stops and starts show within moments', async () => {
  const [machine] = lab.hosts as [LabHost]
  const { host } = await fleetOf([machine])
  const isActive = () => [host(machine).networks[0]?.isActive, host(machine).pools[0]?.isActive]
  expect(isActive()).toEqual([true, true])
  await machine.virsh('net-destroy default')
  await machine.virsh('pool-destroy default')
  await until(() => isActive().join() === 'false,false', 3_000)
  await machine.virsh('net-start default')
  await machine.virsh('pool-start default')
  await until(() => isActive().join() === 'true,true', 3_000)
})

test('a pool that fills up raises an alert, and one that is emptied takes it back', async () => {
  const [machine] = lab.hosts as [LabHost]
  const { fleet, host } = await fleetOf([machine])
  await machine.fillPool('default', 2 * 2 ** 20)
  onTestFinished(() => machine.drainPool('default'))
  await until(() => fleet.alerts().length > 0, 3_000)
  const [pool] = host(machine).pools
  expect((await machine.virsh('pool-info default --bytes')).join('\n')).toMatch(
    new RegExp(`Available:\\s+${pool?.freeBytes}`),
  )
  expect(fleet.alerts()).toMatchObject([
    { severity: 'critical', fault: { code: 'alert/pool-full', data: { pool: 'default' } } },
  ])
  await machine.drainPool('default')
  await until(() => fleet.alerts().length === 0, 3_000)
})

test('a host costs one SSH connection, however much is asked', async () => {
  const [machine] = lab.hosts as [LabHost]
  const { fleet, vmsOf } = await fleetOf([machine])
  const link = fleet.link(idOf(machine))
  await Promise.all([
    ...vmsOf(machine).map(each => link.describeVm(each.uuid)),
    link.inventory(),
    link.poll(),
    link.facts(),
  ])
  const connections = await machine.exec(`ss -Htn state established '( sport = :${machine.port} )'`)
  expect(connections.trim().split('\n')).toHaveLength(1)
})

describe('a libvirtd that is frozen', () => {
  test('turns its host silent, delays no other host, and is found again by itself', async () => {
    const [frozen, other, third] = lab.hosts as [LabHost, LabHost, LabHost]
    const { fleet, host, vmsOf } = await fleetOf(lab.hosts)
    const before = vmsOf(frozen).map(({ name, state }) => ({ name, state }))
    const ages: number[] = []
    const watching = setInterval(
      () => ages.push(...[other, third].map(each => Date.now() - (host(each).seenAt ?? 0))),
      50,
    )
    await frozen.freezeLibvirtd()
    onTestFinished(() => frozen.thawLibvirtd())
    const tookMs = await until(() => host(frozen).state === 'silent', INTERVAL_MS + 5_000 + 2_000)
    expect(tookMs).toBeGreaterThan(1_000)
    expect(host(frozen).fault?.code).toBe('host/silent')
    expect(vmsOf(frozen).map(({ name, state }) => ({ name, state }))).toEqual(before)
    expect(vmsOf(frozen).every(each => !each.isKnown)).toBe(true)

    // Work on another host ends while this one hangs.
    const off = vmsOf(other).find(each => each.state === 'shutoff')
    await fleet.link(idOf(other)).startVm(`${off?.uuid}`)
    expect(await other.virsh(`domstate ${off?.uuid}`)).toEqual(['running'])
    await fleet.link(idOf(other)).forceOffVm(`${off?.uuid}`)
    expect(() => fleet.link(idOf(frozen))).toThrow('host/not-connected')
    clearInterval(watching)
    expect(Math.max(...ages)).toBeLessThan(INTERVAL_MS + 1_000)

    await frozen.thawLibvirtd()
    await until(() => host(frozen).state === 'up', 40_000)
    expect(vmsOf(frozen).every(each => each.isKnown)).toBe(true)
  })
})

describe('a host that cannot be reached', () => {
  test('is silent since then, its VMs unknown but not off, with one alert; and is found again by itself', async () => {
    const [machine] = lab.hosts as [LabHost]
    const { fleet, host, vmsOf, changes } = await fleetOf([machine])
    const before = vmsOf(machine).map(({ name, state }) => ({ name, state }))
    changes.length = 0
    await machine.killSshd()
    const startSshd = returning(() => machine.startSshd())
    await until(() => host(machine).state === 'silent', 3_000)
    expect(Date.now() - host(machine).since).toBeLessThan(3_000)
    await until(() => host(machine).fault?.code === 'host/refused', 5_000)
    expect(vmsOf(machine).map(({ name, state }) => ({ name, state }))).toEqual(before)
    expect(vmsOf(machine).every(each => !each.isKnown && each.seenAt === host(machine).seenAt)).toBe(true)
    expect(changes.filter(change => change.kind === 'vm')).toEqual([])
    expect(fleet.alerts()).toMatchObject([
      { severity: 'critical', hostId: idOf(machine), fault: { code: 'host/refused' } },
    ])
    expect(fleet.alerts()[0]?.since).toBe(host(machine).since)
    await startSshd()
    await until(() => host(machine).state === 'up', 10_000)
    expect(host(machine).fault).toBeNull()
    expect(fleet.alerts()).toEqual([])
  })

  test('whose sshd is frozen turns silent too', async () => {
    const [, machine] = lab.hosts as [LabHost, LabHost]
    const { host } = await fleetOf([machine])
    await machine.freezeSshd()
    onTestFinished(() => machine.thawSshd())
    await until(() => host(machine).state === 'silent', INTERVAL_MS + 5_000 + 2_000)
    await machine.thawSshd()
    await until(() => host(machine).state === 'up', 60_000)
  })

  test('whose libvirtd is killed says so, and what runs there goes on', async () => {
    const [machine] = lab.hosts as [LabHost]
    const { fleet, host, vmsOf } = await fleetOf([machine])
    await machine.killLibvirtd()
    const startLibvirtd = returning(() => machine.startLibvirtd())
    await until(() => host(machine).state === 'silent', 3_000)
    await until(() => host(machine).fault?.code === 'host/libvirt-down', 10_000)
    expect(vmsOf(machine).some(each => each.state === 'running')).toBe(true)
    expect(vmsOf(machine).every(each => !each.isKnown)).toBe(true)
    expect(fleet.alerts()).toMatchObject([{ severity: 'critical', hostId: idOf(machine) }])
    await startLibvirtd()
    await until(() => host(machine).state === 'up', 40_000)
  })
})

test('a silent host shows its last known state at once after a restart of the core, with its age', async () => {
  const [machine] = lab.hosts as [LabHost]
  const first = await fleetOf([machine])
  const seen = first.vmsOf(machine).map(({ name, state, vcpus }) => ({ name, state, vcpus }))
  await first.close()
  await machine.killSshd()
  returning(() => machine.startSshd())
  const second = await openTestFleet([machine], { snapshots: first.snapshots })
  onTestFinished(() => second.close())
  const [host] = second.fleet.hosts.rows()
  const vms = second.fleet.vms.rows()
  expect(vms.map(({ name, state, vcpus }) => ({ name, state, vcpus }))).toEqual(seen)
  expect(vms.every(each => !each.isKnown && each.seenAt === host?.seenAt)).toBe(true)
  expect(host).toMatchObject({ state: 'connecting', hostname: machine.name, vmsTotal: seen.length })
  expect(host?.seenAt).toBeLessThan(Date.now())
})

test('a changed host key blocks the host and names both keys; only a new trust opens it', async () => {
  const [machine] = lab.hosts as [LabHost]
  const { fleet, host, vmsOf } = await fleetOf([machine])
  const expected = machine.hostKeyFingerprint
  await machine.changeHostKey()
  const offered = machine.hostKeyFingerprint
  await until(() => host(machine).state === 'blocked', 10_000)
  expect(host(machine).fault).toMatchObject({ code: 'host/key-changed', data: { expected, offered } })
  expect(vmsOf(machine).every(each => !each.isKnown)).toBe(true)
  expect(fleet.alerts()).toMatchObject([{ severity: 'critical', fault: { code: 'host/key-changed' } }])
  const { since } = host(machine)
  await systemClock.sleep(4_000)
  expect(host(machine)).toMatchObject({ state: 'blocked', since })
  expect((await machine.exec(`ss -Htn '( sport = :${machine.port} )'`)).trim()).toBe('')
  fleet.reach({ ...recordOf(machine), fingerprint: offered, version: 2 })
  await until(() => host(machine).state === 'up', 10_000)
})

test('a host with very many storage pools is up soon and lists them all', async () => {
  const [, machine] = lab.hosts as [LabHost, LabHost]
  const pools = Array.from({ length: 300 }, (_, i) => `many-${i}`)
  await machine.exec(
    `(${pools.map(pool => `echo pool-define-as ${pool} dir --target /tmp/${machine.name}-${pool}`).join(';')}) | virsh -q >/dev/null`,
  )
  onTestFinished(async () => {
    await machine.exec(`(${pools.map(pool => `echo pool-undefine ${pool}`).join(';')}) | virsh -q >/dev/null`)
  })
  const startedAt = performance.now()
  const { host } = await fleetOf([machine])
  expect(performance.now() - startedAt).toBeLessThan(10_000)
  const names = host(machine).pools.map(pool => pool.name)
  expect(names.sort(byName)).toEqual((await machine.virsh('pool-list --all --name')).sort(byName))
  expect(names).toHaveLength(301)
})

test('a clock that differs by 2 s or more is measured and raises an alarm', async () => {
  const [machine] = lab.hosts as [LabHost]
  const slow = { ...systemClock, now: () => Date.now() - 5_000 }
  const { fleet, host } = await fleetOf([machine], { clock: slow })
  await until(() => host(machine).clockOffsetMs !== null, 5_000)
  expect(host(machine).clockOffsetMs).toBeGreaterThan(4_900)
  expect(host(machine).clockOffsetMs).toBeLessThan(5_100)
  expect(fleet.alerts()).toMatchObject([{ severity: 'warning', fault: { code: 'alert/clock-off' } }])
})

test('a host that is removed leaves no row and no connection', async () => {
  const [machine] = lab.hosts as [LabHost]
  const { fleet } = await fleetOf([machine])
  await fleet.remove(idOf(machine))
  expect([fleet.hosts.size, fleet.vms.size]).toEqual([0, 0])
  expect((await machine.exec(`ss -Htn state established '( sport = :${machine.port} )'`)).trim()).toBe('')
})
