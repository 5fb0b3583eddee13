import { execFile, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureLabPackages } from '#lab/index.ts'
import { startDemoProcess, type DemoProcess } from './testing/demo-process.ts'

const run = promisify(execFile)
let demo: DemoProcess
let folder: string

beforeAll(async () => {
  await ensureLabPackages()
  folder = mkdtempSync(join(tmpdir(), 'demo-virsh-'))
  demo = await startDemoProcess('--seed', '1', '--hosts', '8', '--key-file', join(folder, 'key'), '--pace', '0.05')
  const known = demo.announcement.hosts.map(({ port, hostKey }) => `[127.0.0.1]:${port} ${hostKey}\n`).join('')
  writeFileSync(join(folder, 'known_hosts'), known)
  const options = ['StrictHostKeyChecking=yes', 'IdentitiesOnly=yes', `UserKnownHostsFile=${folder}/known_hosts`, 'GlobalKnownHostsFile=/dev/null'] // prettier-ignore
  writeFileSync(join(folder, 'ssh'), `#!/bin/sh\nexec ssh -F none ${options.map(o => `-o ${o}`).join(' ')} "$@"\n`)
  chmodSync(join(folder, 'ssh'), 0o755)
}, 120_000)
afterAll(async () => {
  await demo?.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** With netcat, as virsh did before it had a helper, or with the helper. */
function uriOf(index: number, proxy: 'netcat' | 'native' = 'native'): string {
  const host = demo.announcement.hosts[index]
  const query = `keyfile=${folder}/key&command=${folder}/ssh&no_tty=1&proxy=${proxy}`
  return `qemu+ssh://${host?.user}@127.0.0.1:${host?.port}/system?${query}`
}

async function virsh(index: number, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run('virsh', ['-q', '-c', uriOf(index), ...args], { timeout: 30_000 })
  return stdout
}
const lines = (text: string): string[] => text.split('\n').map(line => line.trim()).filter(Boolean) // prettier-ignore

test('shows virsh every machine, with its title, over either way to the socket', async () => {
  const names = demo.announcement.machines
    .filter(({ host }) => host === demo.announcement.hosts[0]?.name)
    .map(({ name }) => name)
  expect(lines(await virsh(0, 'list', '--all', '--name')).sort()).toEqual(names.sort())
  const { stdout } = await run('virsh', ['-q', '-c', uriOf(0, 'netcat'), 'list', '--all', '--title'], {
    timeout: 30_000,
  })
  expect(stdout).toContain('招考报名')
})

test('answers what virsh asks of a machine', async () => {
  const [name = ''] = lines(await virsh(0, 'list', '--name'))
  const info = await virsh(0, 'dominfo', name)
  expect(info).toMatch(/OS Type:\s+hvm/)
  expect(info).toMatch(/State:\s+running/)
  const stats = await virsh(0, 'domstats', name)
  for (const group of ['cpu.time=', 'balloon.available=', 'vcpu.0.time=', 'net.0.rx.bytes=', 'block.0.capacity=']) {
    expect(stats).toContain(group)
  }
  expect(await virsh(0, 'domblklist', name)).toMatch(/vda\s+\/var\/lib\/libvirt\/images\//)
  expect(await virsh(0, 'domiflist', name)).toMatch(/vnet\d+\s+network\s+internet-app\s+virtio/)
  expect(await virsh(0, 'vcpuinfo', name)).toMatch(/CPU time:\s+[\d.]+s/)
  expect(await virsh(0, 'dommemstat', name)).toMatch(/usable \d+/)
})

test('answers what virsh asks of a host, also of an ARM one', async () => {
  expect(await virsh(0, 'nodeinfo')).toMatch(/CPU model:\s+x86_64[\s\S]*CPU\(s\):\s+16/)
  expect(await virsh(0, 'sysinfo')).toContain('PowerEdge R710')
  expect(await virsh(0, 'nodecpustats', '--percent')).toMatch(/usage:\s+[\d.]+%/)
  expect(await virsh(0, 'nodememstats')).toMatch(/free\s+:\s+\d+ KiB/)
  expect(await virsh(5, 'nodeinfo')).toMatch(/CPU model:\s+aarch64[\s\S]*CPU\(s\):\s+96/)
  expect(await virsh(5, 'capabilities')).toContain('<model>Kunpeng-920</model>')
})

test('shows virsh pools, volumes and networks', async () => {
  expect(await virsh(0, 'pool-list', '--all', '--details')).toMatch(/default\s+running\s+yes\s+yes\s+[\d.]+ TiB/)
  expect(await virsh(0, 'pool-info', 'default')).toMatch(/Available:\s+[\d.]+ TiB/)
  expect(lines(await virsh(0, 'vol-list', 'default', '--details')).length).toBeGreaterThan(20)
  expect(await virsh(0, 'vol-list', 'templates')).toContain('openeuler-22.03-lts.qcow2')
  expect(await virsh(0, 'net-list', '--all')).toMatch(/internet-app\s+active\s+yes\s+yes/)
  expect(await virsh(0, 'net-info', 'manage')).toMatch(/Bridge:\s+br\d/)
})

test('lets virsh make a volume, define, start, shut down and undefine a machine, and hears of it', async () => {
  const watcher = spawn('virsh', ['-q', '-c', uriOf(0), 'event', '--all', '--loop', '--timeout', '25'])
  let heard = ''
  watcher.stdout.setEncoding('utf8').on('data', (text: string) => (heard += text))
  const file = join(folder, 'vm.xml')
  const probe = "<domain type='kvm'><name>probe</name><memory>65536</memory><os><type>hvm</type></os></domain>"
  writeFileSync(file, probe)
  // virsh does not say when it has subscribed.
  const hears = async () => {
    await virsh(0, 'define', file)
    await virsh(0, 'undefine', 'probe')
    return heard.includes('probe')
  }
  await expect.poll(hears, { timeout: 15_000 }).toBe(true)
  await virsh(0, 'vol-create-as', 'default', 'vm91.qcow2', '10G', '--format', 'qcow2')
  writeFileSync(
    file,
    `<domain type='kvm'><name>vm91</name><memory unit='GiB'>1</memory><vcpu>1</vcpu><os><type arch='x86_64'>hvm</type></os>
    <devices><disk type='volume'><driver name='qemu' type='qcow2'/><source pool='default' volume='vm91.qcow2'/><target dev='vda'/></disk>
    <interface type='network'><source network='internet-app'/><model type='virtio'/></interface></devices></domain>`,
  )
  await virsh(0, 'define', file)
  await virsh(0, 'start', 'vm91')
  expect((await virsh(0, 'domstate', 'vm91', '--reason')).trim()).toBe('running (booted)')
  await virsh(0, 'shutdown', 'vm91')
  await expect
    .poll(() => virsh(0, 'domstate', 'vm91', '--reason').then(text => text.trim()), { timeout: 10_000 })
    .toBe('shut off (shutdown)')
  await virsh(0, 'start', 'vm91')
  await virsh(0, 'destroy', 'vm91')
  await virsh(0, 'undefine', 'vm91')
  await virsh(0, 'vol-delete', 'vm91.qcow2', 'default')
  await expect.poll(() => heard, { timeout: 10_000 }).toContain('Undefined')
  watcher.kill()
  const told = lines(heard).filter(line => line.includes("event 'lifecycle' for domain 'vm91'")).map(line => line.replace(/.*'vm91': /, '')) // prettier-ignore
  expect(told).toEqual([
    'Defined Added',
    'Resumed Unpaused',
    'Started Booted',
    'Shutdown Finished after guest request',
    'Stopped Shutdown',
    'Resumed Unpaused',
    'Started Booted',
    'Shutdown Finished after host request',
    'Stopped Destroyed',
    'Undefined Removed',
  ])
})

test('refuses virsh as libvirtd does', async () => {
  await expect(virsh(0, 'start', 'nope')).rejects.toMatchObject({
    stderr: expect.stringContaining('failed to get domain') as string,
  })
  const [name = ''] = lines(await virsh(0, 'list', '--name'))
  await expect(virsh(0, 'start', name)).rejects.toMatchObject({
    stderr: expect.stringContaining('already active') as string,
  })
  await expect(virsh(0, 'domdisplay', 'nope')).rejects.toThrow()
})
