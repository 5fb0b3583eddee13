import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Duplex } from 'node:stream'
import { expect, onTestFinished, test } from 'vitest'
import { libvirtCode, openLibvirt, type Libvirt } from './index.ts'

const daemonPath = '/usr/sbin/libvirtd'
const polkitPath = ['/usr/lib/polkit-1/polkitd', '/usr/libexec/polkitd'].find(path => existsSync(path))
const busPath = '/usr/bin/dbus-daemon'

/** A daemon of its own, which neither sees nor leaves anything of the machine's libvirt, polkit and system bus. */
const privately = `
set -e
for folder in /run /etc/libvirt /var/lib/libvirt /var/cache/libvirt; do mount -t tmpfs none $folder; done
mkdir /run/libvirt
if [ -e "$1/actions" ]; then
  mkdir /run/dbus
  mount --bind "$1/actions" /usr/share/polkit-1/actions
  setpriv --pdeathsig KILL ${busPath} --config-file="$1/bus.conf" --nofork --nopidfile &
  while [ ! -S /run/dbus/system_bus_socket ]; do sleep 0.02; done
fi
exec ${daemonPath} -f "$1/libvirtd.conf" -p "$1/pid"`

/** The bus starts polkit when libvirtd first asks for it, and polkit ends with its bus. */
const busConfig = (dir: string): string => `<busconfig><listen>unix:path=/run/dbus/system_bus_socket</listen>
<auth>EXTERNAL</auth><servicedir>${dir}/services</servicedir><policy context="default"><allow user="*"/><allow own="*"/>
<allow send_destination="*"/><allow receive_sender="*"/></policy></busconfig>`
const polkitService = `[D-BUS Service]\nName=org.freedesktop.PolicyKit1\nExec=${polkitPath} --no-debug\n`

/** What polkit answers about everybody but root, whom libvirt lets in by itself. */
type Answer = 'yes' | 'no' | 'auth_admin'
const policy = (answer: Answer): string => `<?xml version="1.0" encoding="UTF-8"?>
<policyconfig><action id="org.libvirt.unix.manage"><description>manage</description><message>manage</message><defaults>
<allow_any>${answer}</allow_any><allow_inactive>${answer}</allow_inactive><allow_active>${answer}</allow_active>
</defaults></action></policyconfig>`

async function startDaemon(authentication: 'polkit' | 'sasl', answer?: Answer): Promise<string> {
  if (!existsSync(daemonPath) || !existsSync(busPath) || !polkitPath)
    throw new Error('a server is missing; as root run: e2e/lab/libvirt-lab install')
  const dir = await mkdtemp(join(tmpdir(), 'libvirt-authentication-'))
  await chmod(dir, 0o755)
  const settings = [`unix_sock_dir = "${dir}"`, `auth_unix_rw = "${authentication}"`, 'unix_sock_rw_perms = "0777"']
  await writeFile(join(dir, 'libvirtd.conf'), settings.join('\n'))
  if (answer) {
    await mkdir(join(dir, 'actions'))
    await writeFile(join(dir, 'actions/org.libvirt.unix.policy'), policy(answer))
    await mkdir(join(dir, 'services'))
    await writeFile(join(dir, 'services/org.freedesktop.PolicyKit1.service'), polkitService)
    await writeFile(join(dir, 'bus.conf'), busConfig(dir))
  }
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

async function openOver(duplex: Duplex): Promise<Libvirt> {
  const libvirt = await openLibvirt(duplex, { uri: 'test:///default' })
  onTestFinished(() => libvirt.close())
  return libvirt
}

async function open(socket: string): Promise<Libvirt> {
  const duplex = createConnection(socket)
  await once(duplex, 'connect')
  return await openOver(duplex)
}

/** As a user who is not root: the daemon asks polkit about the process at the other end of its socket. */
function openAsNobody(socket: string): Promise<Libvirt> {
  const child = spawn('setpriv', ['--reuid=nobody', '--regid=nogroup', '--clear-groups', 'nc', '-U', socket], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill())
  return openOver(Duplex.from({ readable: child.stdout, writable: child.stdin }))
}

test('a daemon that wants polkit of everybody but root lets root in', async () => {
  const socket = await startDaemon('polkit')
  for (let i = 0; i < 10; i++) expect(await (await open(socket)).listDomains()).toHaveLength(1)
})

test('a user whom polkit permits is let in', async () => {
  const socket = await startDaemon('polkit', 'yes')
  for (let i = 0; i < 10; i++) expect(await (await openAsNobody(socket)).listDomains()).toHaveLength(1)
})

test.each<[Answer, number]>([
  ['no', libvirtCode.ErrorCode.AUTH_FAILED],
  // Somebody would have to type a password, and on a server there is no screen to ask for it.
  ['auth_admin', libvirtCode.ErrorCode.AUTH_UNAVAILABLE],
])('a user about whom polkit says %s is refused with its words', async (answer, code) => {
  const socket = await startDaemon('polkit', answer)
  await expect(openAsNobody(socket)).rejects.toMatchObject({
    ...{ procedure: 'authPolkit', code, domain: libvirtCode.ErrorDomain.POLKIT },
    message: /policy|polkit/,
  })
})

test('a daemon that offers only SASL is left with a clear error', async () => {
  const socket = await startDaemon('sasl')
  await expect(open(socket)).rejects.toMatchObject({ reason: 'authentication', message: /only SASL/ })
})
