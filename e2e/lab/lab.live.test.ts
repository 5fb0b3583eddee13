import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { startLab, type Lab } from './index.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({
    hosts: 2,
    drivers: ['qemu', 'test'],
    guests: 2,
    runningGuests: 1,
    domains: 4,
    smallPoolMib: 64,
  })
})
afterAll(() => lab.stop())

/** Command lines of all processes that speak of a lab's directory. */
function processesOf(dir: string): string[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(pid => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      } catch {
        return ''
      }
    })
    .filter(line => line.includes(`${dir}/`))
}

test('a qemu host runs the guests that were asked for', async () => {
  expect(await lab.host(0).virsh('list --all --name')).toEqual(['hv01-vm1', 'hv01-vm2'])
  expect(await lab.host(0).virsh('list --name')).toEqual(['hv01-vm1'])
})

test('a test-driver host has its domains, every second one running', async () => {
  const names = await lab.host(1).virsh('list --all --name')
  expect(names.sort()).toEqual(['hv02-t0001', 'hv02-t0002', 'hv02-t0003', 'hv02-t0004', 'test'])
  expect(await lab.host(1).virsh('list --name --state-shutoff')).toEqual(['hv02-t0001', 'hv02-t0003'])
})

test('a guest starts on the host network', async () => {
  const xml = `<domain type='qemu'><name>netted</name><memory unit='MiB'>32</memory><os><type>hvm</type></os><devices>
    <interface type='network'><source network='default'/></interface></devices></domain>`
  await lab.host(0).exec(`cat >/tmp/netted.xml <<'E'\n${xml}\nE`)
  await lab.host(0).virsh('create /tmp/netted.xml')
  onTestFinished(() =>
    lab
      .host(0)
      .virsh('destroy netted')
      .then(() => undefined),
  )
  expect((await lab.host(0).virsh('domiflist netted')).join()).toMatch(/vnet\d+ +network +default/)
})

test('each host answers over ssh under its own name and its own host key', () => {
  for (const host of lab.hosts) {
    const said = execFileSync(lab.sshCommand, ['-p', String(host.port), 'root@127.0.0.1', 'hostname'], {
      encoding: 'utf8',
    })
    expect(said.trim()).toBe(host.name)
  }
})

test('a frozen libvirtd answers nothing until it is thawed', async () => {
  const host = lab.host(1)
  await host.freezeLibvirtd()
  expect(() => execFileSync('virsh', ['-q', '-c', host.localUri, 'hostname'], { timeout: 1000 })).toThrow(/ETIMEDOUT/)
  await host.thawLibvirtd()
  expect(await host.virsh('hostname')).toEqual(['hv02'])
})

test('a guest outlives the libvirtd that started it', async () => {
  const host = lab.host(0)
  await host.killLibvirtd()
  await expect(host.virsh('list')).rejects.toThrow(/Connection refused/)
  await host.startLibvirtd()
  expect(await host.virsh('list --name')).toEqual(['hv01-vm1'])
})

test('a killed test-driver daemon comes back with its domains', async () => {
  const host = lab.host(1)
  await host.killLibvirtd()
  await host.startLibvirtd()
  expect(await host.virsh('list --all --name')).toHaveLength(5)
})

test('after a change of host key, ssh trusts the new known_hosts file and not the old one', async () => {
  const host = lab.host(1)
  const old = `${lab.dir}/known_hosts.old`
  copyFileSync(lab.knownHostsFile, old)
  await host.changeHostKey()
  const ssh = (...options: string[]) =>
    execFileSync(lab.sshCommand, [...options, '-p', String(host.port), 'root@127.0.0.1', 'hostname'], {
      encoding: 'utf8',
    })
  expect(ssh().trim()).toBe('hv02')
  // ssh takes the first value of an option, so the wrapper's own file has to be left out.
  const strict = [
    '-F',
    'none',
    '-i',
    lab.keyFile,
    '-o',
    `UserKnownHostsFile=${old}`,
    '-p',
    String(host.port),
    'root@127.0.0.1',
    'true',
  ]
  expect(() => execFileSync('ssh', strict, { stdio: 'pipe' })).toThrow(/REMOTE HOST IDENTIFICATION HAS CHANGED/)
})

test('a full pool refuses a volume and takes it again when drained', async () => {
  const host = lab.host(0)
  await host.fillPool('default')
  await expect(host.virsh('vol-create-as default big 16M --format raw --allocation 16M')).rejects.toThrow(
    /No space left/,
  )
  await host.drainPool('default')
  await host.virsh('vol-create-as default big 16M --format raw --allocation 16M')
  expect((await host.virsh('vol-list default')).join()).toContain('big')
})

test('two labs run side by side and stop leaves nothing of one behind', async () => {
  const other = await startLab({ hosts: 1, guests: 1 })
  expect(other.dir).not.toBe(lab.dir)
  expect(processesOf(other.dir).length).toBeGreaterThan(0)
  await other.stop()
  expect(processesOf(other.dir)).toEqual([])
  expect(existsSync(other.dir)).toBe(false)
  expect(await lab.host(0).virsh('list --name')).toEqual(['hv01-vm1'])
})

test('a lab goes down by itself when its owner is killed', async () => {
  const code = `import { startLab } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)}
    process.stdout.write((await startLab({ hosts: 1 })).dir + '\\n'); setInterval(() => undefined, 1000)`
  const owner = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void owner.kill('SIGKILL'))
  const [line] = (await once(owner.stdout.setEncoding('utf8'), 'data')) as [string]
  const dir = line.trim()
  expect(processesOf(dir).length).toBeGreaterThan(0)
  owner.kill('SIGKILL')
  await expect.poll(() => existsSync(dir), { timeout: 10_000 }).toBe(false)
  expect(processesOf(dir)).toEqual([])
})
