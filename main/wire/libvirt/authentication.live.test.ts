import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openLibvirt, type Libvirt } from './index.ts'

const daemonPath = '/usr/sbin/libvirtd'
/** A daemon of its own, which neither sees nor leaves anything of the machine's libvirt. */
const privately = [
  ...['/run', '/etc/libvirt', '/var/lib/libvirt', '/var/cache/libvirt'].map(folder => `mount -t tmpfs none ${folder}`),
  'mkdir /run/libvirt',
  `exec ${daemonPath} -f "$1/libvirtd.conf" -p "$1/pid"`,
].join(' && ')

async function startDaemon(authentication: 'polkit' | 'sasl'): Promise<string> {
  if (!existsSync(daemonPath))
    throw new Error('libvirtd is missing: apt-get install libvirt-daemon libvirt-daemon-system')
  const dir = await mkdtemp(join(tmpdir(), 'libvirt-authentication-'))
  await writeFile(join(dir, 'libvirtd.conf'), `unix_sock_dir = "${dir}"\nauth_unix_rw = "${authentication}"\n`)
  const daemon = spawn('unshare', ['-m', '--propagation', 'private', 'sh', '-c', privately, 'sh', dir], {
    stdio: 'ignore',
  })
  onTestFinished(async () => {
    const gone = once(daemon, 'exit')
    daemon.kill()
    await gone
    await rm(dir, { recursive: true })
  })
  const socket = join(dir, 'libvirt-sock')
  await expect.poll(() => existsSync(socket), { timeout: 30_000 }).toBe(true)
  return socket
}

async function open(socket: string): Promise<Libvirt> {
  const duplex = createConnection(socket)
  await once(duplex, 'connect')
  const libvirt = await openLibvirt(duplex, { uri: 'test:///default' })
  onTestFinished(() => libvirt.close())
  return libvirt
}

test('a daemon that wants polkit of everybody but root lets root in', async () => {
  const socket = await startDaemon('polkit')
  for (let i = 0; i < 10; i++) expect(await (await open(socket)).listDomains()).toHaveLength(1)
})

test('a daemon that offers only SASL is left with a clear error', async () => {
  const socket = await startDaemon('sasl')
  await expect(open(socket)).rejects.toMatchObject({ reason: 'authentication', message: /only SASL/ })
})
