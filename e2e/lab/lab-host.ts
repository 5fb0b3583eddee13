import { execFile, execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'

const run = promisify(execFile)
const COMMAND_TIMEOUT_MS = 90_000

export type LabDriver = 'qemu' | 'test'

/** What `libvirt-lab run` prints. */
export type LabInventory = {
  readonly dir: string
  readonly clientKeyFile: string
  readonly knownHostsFile: string
  readonly sshCommand: string
  readonly visitorPassword: string
  readonly hosts: readonly LabHostFacts[]
}

type LabHostFacts = {
  readonly name: string
  readonly driver: LabDriver
  readonly uuid: string
  readonly port: number
  readonly uri: string
  readonly localSocket: string
  readonly localUri: string
  readonly sshUri: string
}

export type LabHost = {
  readonly name: string
  readonly driver: LabDriver
  /** libvirt's host UUID. */
  readonly uuid: string
  readonly address: string
  readonly port: number
  /** Signs in by key and may do everything. */
  readonly user: string
  readonly privateKeyPem: string
  readonly keyFile: string
  /** Signs in by password and may not open libvirt's read-write socket. */
  readonly visitor: { readonly user: string; readonly password: string }
  /** The present host key, as ssh-keygen tells it. */
  readonly hostKey: { readonly algorithm: string; readonly fingerprint: string }
  /** `SHA256:…` of the same. */
  readonly hostKeyFingerprint: string
  /** libvirtd's socket as seen on the host, that is, over SSH. */
  readonly remoteSocket: string
  /** The same socket as seen from this process. */
  readonly localSocket: string
  /** What to open once connected: `qemu:///system` or `test:///default`. */
  readonly uri: string
  /** For libvirt's own clients on this machine: through the UNIX socket, and through `ssh`. */
  readonly localUri: string
  readonly sshUri: string
  /** Runs virsh beside the console's path, through the UNIX socket. A string is split at blanks; lines that are not empty come back. */
  readonly virsh: (args: string | readonly string[]) => Promise<string[]>
  /** Runs a shell command on the host as root; its output. @throws when it fails */
  readonly exec: (command: string) => Promise<string>
  /** SIGSTOP and SIGCONT: the daemon accepts connections and answers nothing. */
  readonly freezeLibvirtd: () => Promise<void>
  readonly thawLibvirtd: () => Promise<void>
  /** SIGKILL; guests of QEMU live on, domains of the test driver do not. */
  readonly killLibvirtd: () => Promise<void>
  readonly startLibvirtd: () => Promise<void>
  /** The same for sshd: its listener and all its sessions. */
  readonly freezeSshd: () => Promise<void>
  readonly thawSshd: () => Promise<void>
  readonly killSshd: () => Promise<void>
  readonly startSshd: () => Promise<void>
  /** A new host key; sshd is started anew with it, and the lab's known_hosts file follows. */
  readonly changeHostKey: () => Promise<void>
  /** Fills a small pool up to `leaveBytes`, by a file that is no volume of anyone's. */
  readonly fillPool: (pool: string, leaveBytes?: number) => Promise<void>
  readonly drainPool: (pool: string) => Promise<void>
}

export function labHost(script: string, lab: LabInventory, facts: LabHostFacts): LabHost {
  const ctl = async (action: string, service = '') => {
    await run(script, ['ctl', lab.dir, facts.name, action, service], { timeout: COMMAND_TIMEOUT_MS })
  }
  const exec = async (command: string) => {
    const { stdout } = await run(script, ['exec', lab.dir, facts.name, command], {
      timeout: COMMAND_TIMEOUT_MS,
      maxBuffer: 64 << 20,
    })
    return stdout
  }
  const virsh = async (args: string | readonly string[]) => {
    const words = typeof args === 'string' ? args.split(/\s+/).filter(Boolean) : args
    const { stdout } = await run('virsh', ['-q', '-c', facts.localUri, ...words], {
      timeout: COMMAND_TIMEOUT_MS,
      maxBuffer: 64 << 20,
    })
    return stdout
      .split('\n')
      .map(line => line.trim())
      .filter(Boolean)
  }
  return {
    ...facts,
    address: '127.0.0.1',
    user: 'root',
    keyFile: lab.clientKeyFile,
    privateKeyPem: readFileSync(lab.clientKeyFile, 'utf8'),
    visitor: { user: 'visitor', password: lab.visitorPassword },
    remoteSocket: '/run/libvirt/libvirt-sock',
    get hostKey() {
      return { algorithm: 'ssh-ed25519', fingerprint: this.hostKeyFingerprint }
    },
    get hostKeyFingerprint() {
      return fingerprintOf(`${lab.dir}/${facts.name}/ssh/host_ed25519.pub`)
    },
    virsh,
    exec,
    freezeLibvirtd: () => ctl('stop', 'libvirtd'),
    thawLibvirtd: () => ctl('cont', 'libvirtd'),
    killLibvirtd: () => ctl('kill', 'libvirtd'),
    startLibvirtd: () => ctl('start', 'libvirtd'),
    freezeSshd: () => ctl('stop', 'sshd'),
    thawSshd: () => ctl('cont', 'sshd'),
    killSshd: () => ctl('kill', 'sshd'),
    startSshd: () => ctl('start', 'sshd'),
    changeHostKey: () => ctl('new-host-key'),
    ...poolFilling(virsh, exec),
  }
}

function poolFilling(virsh: LabHost['virsh'], exec: LabHost['exec']): Pick<LabHost, 'fillPool' | 'drainPool'> {
  const fillerOf = async (pool: string) => {
    const path = /<path>(.*)<\/path>/.exec((await virsh(`pool-dumpxml ${pool}`)).join('\n'))?.[1]
    if (!path) throw new Error(`pool ${pool} has no path`)
    return { path, filler: `${path}/.filler` }
  }
  return {
    fillPool: async (pool, leaveBytes = 0) => {
      const { path, filler } = await fillerOf(pool)
      const [type, free] = (await exec(`stat -f -c '%T %a %S' ${path} | { read t a s; echo $t $((a * s)); }`))
        .trim()
        .split(' ')
      if (type !== 'tmpfs') throw new Error(`${path} is the machine's own disk: start the lab with smallPoolMib`)
      await exec(`head -c ${Math.max(Number(free) - leaveBytes, 0)} /dev/zero >${filler}`)
      await virsh(`pool-refresh ${pool}`)
    },
    drainPool: async pool => {
      const { filler } = await fillerOf(pool)
      await exec(`rm -f ${filler}`)
      await virsh(`pool-refresh ${pool}`)
    },
  }
}

function fingerprintOf(publicKeyFile: string): string {
  const [, fingerprint = ''] = execFileSync('ssh-keygen', ['-lf', publicKeyFile], { encoding: 'utf8' }).split(' ')
  return fingerprint
}
