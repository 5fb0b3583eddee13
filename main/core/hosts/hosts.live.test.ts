import { randomUUID } from 'node:crypto'
import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { AppError } from '#contract/errors.ts'
import type { Credential, Probe } from '#contract/hosts.ts'
import { HostId } from '#contract/ids.ts'
import { systemClock } from '#lib/clock.ts'
import { startLab, type Lab, type LabHost } from '#lab/index.ts'
import {
  newDomainXml,
  openHost,
  probeHost,
  type HostLink,
  type HostsPort,
  type HostTarget,
  type NewDomain,
} from './index.ts'

const MIB = 2 ** 20
let lab: Lab
let machine: LabHost

beforeAll(async () => {
  lab = await startLab({ hosts: 1, guests: 2, runningGuests: 1 })
  machine = lab.host(0)
})
afterAll(() => lab.stop())

const port = (): HostsPort => ({
  clock: systemClock,
  siteKey: () => Promise.resolve(lab.privateKeyPem),
  knownKeys: () => Promise.resolve({ trusted: [], revoked: [] }),
  agentSocket: undefined,
})
const target = (change: Partial<HostTarget> = {}): HostTarget => ({
  hostId: HostId.parse(machine.name),
  address: machine.address,
  port: machine.port,
  user: machine.user,
  credential: { kind: 'site-key' },
  fingerprint: machine.hostKeyFingerprint,
  uri: null,
  ...change,
})
const forever = new AbortController().signal

async function linkTo(change: Partial<HostTarget> = {}): Promise<HostLink> {
  const link = await openHost(port(), target(change), forever)
  onTestFinished(() => link.close())
  return link
}
const failure = (work: Promise<unknown>): Promise<AppError> =>
  work.then(
    () => expect.unreachable('it did not fail'),
    (error: AppError) => error,
  )
const uuidOf = async (name: string): Promise<string> => (await machine.virsh(`domuuid ${name}`))[0] ?? ''

describe('a new VM', () => {
  test('is made of a volume and a definition, runs as virsh says, and is taken back without a trace', async () => {
    const link = await linkTo()
    const facts = await link.facts()
    const name = 'permit-desk-1'
    const made = await link.createVolume('default', {
      name: `${name}.qcow2`,
      capacityBytes: 256 * MIB,
      format: 'qcow2',
    })
    expect((await machine.virsh(`vol-info ${name}.qcow2 default --bytes`)).join('\n')).toMatch(
      /Capacity:\s+268435456 bytes/,
    )
    expect(await machine.exec(`qemu-img info ${made.path}`)).toContain('file format: qcow2')
    const vm: NewDomain = {
      ...{ uuid: randomUUID(), name, title: 'Permits <desk>', vcpus: 1, memoryBytes: 64 * MIB, arch: facts.arch },
      ...{ virtualisation: facts.virtualisation, diskPath: made.path, network: 'default' },
      mark: { jobId: 'job-1', grantId: 'grant-1', departmentId: null, applicationId: null },
    }
    await link.defineVm(newDomainXml(vm))
    await link.startVm(vm.uuid)
    expect(await machine.virsh(`domstate ${name}`)).toEqual(['running'])
    expect(await machine.virsh(`desc ${name} --title`)).toEqual(['Permits <desk>'])
    expect((await machine.virsh(`domdisplay ${name}`))[0]).toMatch(/^vnc:\/\/127\.0\.0\.1:/)
    expect((await machine.virsh(`domiflist ${name}`)).join(' ')).toContain('default')
    expect(await link.findVm(vm.uuid)).toMatchObject({
      ...{
        name,
        title: vm.title,
        state: 'running',
        vcpus: 1,
        memoryBytes: 64 * MIB,
        diskBytes: 256 * MIB,
        mark: vm.mark,
      },
    })

    await link.forceOffVm(vm.uuid)
    await link.undefineVm(vm.uuid)
    await link.deleteVolume('default', `${name}.qcow2`)
    expect(await machine.virsh('list --all --name')).not.toContain(name)
    expect((await machine.virsh('vol-list default')).join(' ')).not.toContain(name)
  })
})

describe('an act that is repeated after a crash', () => {
  test('starts a VM that runs, and stops one that is off, without an error', async () => {
    const link = await linkTo()
    const uuid = await uuidOf(`${machine.name}-vm2`)
    await link.startVm(uuid)
    await link.startVm(uuid)
    expect(await machine.virsh(`domstate ${uuid}`)).toEqual(['running'])
    await link.forceOffVm(uuid)
    await link.forceOffVm(uuid)
    await link.shutdownVm(uuid)
    expect(await machine.virsh(`domstate ${uuid}`)).toEqual(['shut off'])
  })

  test('makes a volume once, undefines and deletes what is gone', async () => {
    const link = await linkTo()
    const volume = { name: 'twice.qcow2', capacityBytes: 16 * MIB, format: 'qcow2' as const }
    const [first, second] = [await link.createVolume('default', volume), await link.createVolume('default', volume)]
    expect(second).toEqual(first)
    const other = await failure(link.createVolume('default', { ...volume, capacityBytes: 32 * MIB }))
    expect(other).toMatchObject({ code: 'libvirt/failed', data: { code: 90 } })
    expect(await link.findVolume('default', volume.name)).toEqual(first)
    await link.deleteVolume('default', volume.name)
    await link.deleteVolume('default', volume.name)
    expect(await link.findVolume('default', volume.name)).toBeNull()
    await link.undefineVm(randomUUID())
  })
})

describe('an act that cannot be', () => {
  test('names the VM that is not there, and the state that forbids it', async () => {
    const link = await linkTo()
    const nobody = randomUUID()
    expect(await failure(link.startVm(nobody))).toMatchObject({ code: 'vm/not-found', data: { vm: nobody } })
    expect(await link.findVm(nobody)).toBeNull()
    const off = await uuidOf(`${machine.name}-vm2`)
    expect(await failure(link.rebootVm(off))).toMatchObject({
      code: 'vm/wrong-state',
      data: { state: 'shutoff', action: 'reboot' },
    })
    const on = await uuidOf(`${machine.name}-vm1`)
    expect(await failure(link.undefineVm(on))).toMatchObject({ code: 'vm/wrong-state', data: { state: 'running' } })
    expect(await machine.virsh('list --all --name')).toContain(`${machine.name}-vm1`)
  })

  test('carries libvirt’s own code and words', async () => {
    const link = await linkTo()
    const error = await failure(link.createVolume('nowhere', { name: 'x', capacityBytes: MIB, format: 'qcow2' }))
    expect(error).toMatchObject({
      code: 'libvirt/failed',
      data: { code: 49, message: expect.stringContaining('nowhere') as string },
    })
    expect(await failure(link.defineVm('<domain/>'))).toMatchObject({ code: 'libvirt/failed' })
  })

  test('ends within its deadline while the daemon is frozen, and the connection says so', async () => {
    const link = await linkTo()
    await machine.freezeLibvirtd()
    onTestFinished(() => machine.thawLibvirtd())
    const startedAt = performance.now()
    const error = await failure(link.poll({ deadlineMs: 1_000 }))
    expect(error).toMatchObject({ code: 'host/silent', data: { hostId: machine.name } })
    expect(performance.now() - startedAt).toBeLessThan(5_000)
    const closing = performance.now()
    await link.close()
    expect(performance.now() - closing).toBeLessThan(5_000)
  })
})

test('a definition as virsh dumps it, without secrets', async () => {
  const link = await linkTo()
  const uuid = await uuidOf(`${machine.name}-vm2`)
  expect((await link.describeVm(uuid)).trim().split(/\s*\n\s*/)).toEqual(await machine.virsh(`dumpxml ${uuid}`))
})

/** Changes sshd's configuration for one test. @param lines `Name value`, in place of those of that name */
async function reconfigure(lines: string): Promise<void> {
  const file = `${lab.dir}/${machine.name}/ssh/sshd_config`
  await machine.exec(
    `cp ${file} ${file}.kept && sed -i '/^${lines.split(' ')[0]} /d' ${file} && echo '${lines}' >>${file}`,
  )
  await machine.killSshd()
  await machine.startSshd()
  onTestFinished(async () => {
    await machine.exec(`mv ${file}.kept ${file}`)
    await machine.killSshd()
    await machine.startSshd()
  })
}

test('a machine that got a key of another type, which it now prefers, still is the one whose key was confirmed', async () => {
  const file = `${lab.dir}/host_rsa`
  await machine.exec(`ssh-keygen -q -t rsa -N '' -f ${file}`)
  const fingerprint = (await machine.exec(`ssh-keygen -lf ${file}`)).split(' ')[1] ?? ''
  await reconfigure(`HostKey ${lab.dir}/${machine.name}/ssh/host_ed25519\nHostKey ${file}`)
  for (let i = 0; i < 2; i++) expect((await (await linkTo({ fingerprint })).facts()).hostname).toBe(machine.name)
  expect(states(await probed({ fingerprint }))).toBe('ok ok ok ok ok ok')
})

describe('ways to libvirt’s socket', () => {
  test('a helper program, where sshd forwards no sockets', async () => {
    await reconfigure('AllowStreamLocalForwarding no')
    const link = await linkTo()
    expect((await link.inventory()).vms.map(vm => vm.name).sort()).toEqual(
      (await machine.virsh('list --all --name')).sort(),
    )
    const [, , , , socket] = (await probed()).steps
    expect(socket).toMatchObject({ state: 'ok', found: `virt-ssh-helper 'qemu:///system'` })
  })

  test('forwarding alone, where sshd runs no commands; only the clock is then not known', async () => {
    await reconfigure('MaxSessions 0')
    const link = await linkTo()
    expect((await link.inventory()).vms).toHaveLength(2)
    expect(await link.clockOffsetMs()).toBeNull()
    const probe = await probed()
    expect(states(probe)).toBe('ok ok ok ok ok ok')
    expect(probe.facts).toMatchObject({ hostname: machine.name, clockOffsetMs: null })
  })

  test('a socket of each driver’s own daemon', async () => {
    const names = ['virtqemud', 'virtstoraged', 'virtnetworkd']
    const dir = '/run/libvirt'
    await machine.exec(`cd ${dir} && mv libvirt-sock kept && for n in ${names.join(' ')}; do ln -s kept $n-sock; done`)
    onTestFinished(async () => {
      await machine.exec(`cd ${dir} && rm -f ${names.map(name => `${name}-sock`).join(' ')} && mv kept libvirt-sock`)
    })
    const link = await linkTo()
    const { vms, pools, networks, faults } = await link.inventory()
    expect([vms.length, pools.map(pool => pool.name), networks.map(net => net.name), faults]).toEqual([
      2,
      ['default'],
      ['default'],
      [],
    ])
    expect(await link.findVolume('default', `${machine.name}-vm1.qcow2`)).not.toBeNull()
  })
})

describe('where no way leads to libvirt’s socket', () => {
  test('no daemon at all is said with what was tried', async () => {
    await machine.exec('mv /run/libvirt/libvirt-sock /run/libvirt/kept')
    onTestFinished(async () => void (await machine.exec('mv /run/libvirt/kept /run/libvirt/libvirt-sock')))
    const error = await failure(openHost(port(), target(), forever))
    const tried = ['/run/libvirt/libvirt-sock', '/run/libvirt/virtqemud-sock']
    expect(error).toMatchObject({ code: 'host/socket-missing', data: { tried } })
  })

  test('a daemon that is dead is told from one that was never there', async () => {
    await machine.killLibvirtd()
    onTestFinished(() => machine.startLibvirtd())
    const data = { detail: expect.stringContaining('refused') as string }
    for (let i = 0; i < 5; i++) {
      expect(await failure(openHost(port(), target(), forever))).toMatchObject({ code: 'host/libvirt-down', data })
    }
    const probe = await probed()
    expect(states(probe)).toBe('ok ok ok ok ok failed')
    expect(probe.steps[5]?.fault).toMatchObject({ code: 'host/libvirt-down', data })
  })

  test('where sshd forwards no sockets and there is no helper, that is said', async () => {
    await reconfigure('AllowStreamLocalForwarding no')
    // A file that is no program hides one, in this machine's namespace only.
    const eachHelper = (act: string) =>
      machine.exec(`for h in virt-ssh-helper nc; do ${act} $(readlink -f $(command -v $h)); done`)
    await eachHelper(`mount --bind ${lab.dir}/slot`)
    onTestFinished(
      async () => void (await machine.exec(`umount $(findmnt -rno TARGET | grep -E 'virt-ssh-helper|/nc')`)),
    )
    const error = await failure(openHost(port(), target(), forever))
    const socket = '/run/libvirt/libvirt-sock'
    expect(error).toMatchObject({ code: 'host/socket-not-forwarded', data: { socket } })
  })

  test('a user who may not open the socket is named', async () => {
    const { user, password } = machine.visitor
    const error = await failure(openHost(port(), target({ user, credential: { kind: 'password', password } }), forever))
    const sockets = ['/run/libvirt/libvirt-sock']
    expect(error).toMatchObject({ code: 'host/socket-forbidden', data: { user, sockets } })
  })
})

/** The last message of a probe. */
async function probed(change: Partial<HostTarget> = {}, asPort = port()): Promise<Probe> {
  const messages: Probe[] = []
  for await (const probe of probeHost(asPort, target(change), forever)) messages.push(probe)
  const last = messages.at(-1)
  if (!last) throw new Error('the probe told nothing')
  expect(messages.map(each => each.isDone)).toEqual([...messages.slice(1).map(() => false), true])
  return last
}
const states = (probe: Probe): string => probe.steps.map(step => step.state).join(' ')

describe('a probe', () => {
  test('goes through all steps and tells what the machine is', async () => {
    const probe = await probed()
    expect(states(probe)).toBe('ok ok ok ok ok ok')
    expect(probe.facts).toMatchObject({ hostname: machine.name, vms: 2, arch: 'x86_64' })
    expect(Math.abs(probe.facts?.clockOffsetMs ?? 9_999)).toBeLessThan(500)
    expect(probe.fingerprint).toBe(machine.hostKeyFingerprint)
    expect(probe.steps.every(step => step.tookMs !== null)).toBe(true)
  })

  test('stops at a key that nobody has confirmed, and shows it as ssh-keygen does', async () => {
    const probe = await probed({ fingerprint: null })
    expect(states(probe)).toBe('ok ok asks waiting waiting waiting')
    expect(probe.fingerprint).toBe(machine.hostKeyFingerprint)
    expect(probe.steps[2]?.fault).toMatchObject({
      code: 'host/key-unknown',
      data: { fingerprint: machine.hostKeyFingerprint },
    })
  })

  test('trusts a key that an imported file names', async () => {
    const { hostKey } = machine
    const knowing = { ...port(), knownKeys: () => Promise.resolve({ trusted: [hostKey], revoked: [] }) }
    expect(states(await probed({ fingerprint: null }, knowing))).toBe('ok ok ok ok ok ok')
  })

  test('refuses a key that an imported file revokes, even where a person had confirmed it', async () => {
    const { hostKey } = machine
    const warned = { ...port(), knownKeys: () => Promise.resolve({ trusted: [], revoked: [hostKey] }) }
    for (const fingerprint of [null, hostKey.fingerprint]) {
      const probe = await probed({ fingerprint }, warned)
      expect(states(probe)).toBe('ok ok failed waiting waiting waiting')
      expect(probe.steps[2]?.fault).toEqual({ code: 'host/key-revoked', data: hostKey })
    }
    expect(await failure(openHost(warned, target(), forever))).toMatchObject({ code: 'host/key-revoked' })
  })

  test('fails at another key than the confirmed one, and shows both', async () => {
    const expected = 'SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
    const probe = await probed({ fingerprint: expected })
    expect(states(probe)).toBe('ok ok failed waiting waiting waiting')
    const data = { expected, offered: machine.hostKeyFingerprint }
    expect(probe.steps[2]?.fault).toMatchObject({ code: 'host/key-changed', data })
  })
})

describe('a probe that fails', () => {
  test.each<[string, Partial<HostTarget>, string, string]>([
    [
      'a name that does not exist',
      { address: 'no-such-host.invalid' },
      'host/name-unknown',
      'failed waiting waiting waiting waiting waiting',
    ],
    ['a port where nobody listens', { port: 1 }, 'host/refused', 'ok failed waiting waiting waiting waiting'],
    [
      'a wrong password',
      { credential: { kind: 'password', password: 'x' } },
      'host/auth-failed',
      'ok ok ok failed waiting waiting',
    ],
    ['a driver that is not there', { uri: 'xen:///system' }, 'host/libvirt-refused', 'ok ok ok ok ok failed'],
  ])('names %s', async (_what, change, code, expected) => {
    const probe = await probed(change)
    expect(states(probe)).toBe(expected)
    expect(probe.steps.find(step => step.fault)?.fault?.code).toBe(code)
  })

  test.each<[string, Credential, string]>([
    ['a private key that is none', { kind: 'key', privateKey: 'nonsense' }, 'host/private-key-unreadable'],
    ['an agent where there is none', { kind: 'agent' }, 'host/agent-unreachable'],
  ])('names %s before it bothers the machine', async (_what, credential, code) => {
    const probe = await probed({ credential })
    expect(states(probe)).toBe('waiting waiting waiting failed waiting waiting')
    expect(probe.steps[3]?.fault?.code).toBe(code)
  })

  test('names what answers but does not speak SSH', async () => {
    const server = createServer(socket => socket.on('error', () => undefined).end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const address = server.address()
    const probe = await probed({ port: typeof address === 'object' && address ? address.port : 0 })
    expect(states(probe)).toBe('ok ok failed waiting waiting waiting')
    expect(probe.steps[2]?.fault?.code).toBe('host/not-ssh')
  })

  test('leaves nothing open, however it ends', async () => {
    await probed()
    await probed({ fingerprint: null })
    for (const last of [3, 4])
      for await (const probe of probeHost(port(), target(), forever)) if (probe.steps[last]?.state === 'ok') break
    const abort = new AbortController()
    for await (const probe of probeHost(port(), target(), abort.signal))
      if (probe.steps[2]?.state === 'ok') abort.abort()
    const open = await machine.exec(`ss -Htn state established '( sport = :${machine.port} )'`)
    expect(open.trim()).toBe('')
  })
})
