import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { labHost, type LabHost, type LabInventory } from './lab-host.ts'

export type { LabDriver, LabHost } from './lab-host.ts'

const SCRIPT = fileURLToPath(new URL('./libvirt-lab', import.meta.url))
const START_TIMEOUT_MS = 120_000

export type LabOptions = {
  /** 1 to 16. */
  readonly hosts?: number
  /** Host i runs drivers[i % length]; `['test']` when `domains` is given, else `['qemu']`. */
  readonly drivers?: readonly ('qemu' | 'test')[]
  /** Domains on each test-driver host beside libvirt's built-in domain `test`; every second one runs. */
  readonly domains?: number
  /** QEMU guests (TCG, 64 MiB, an empty disk) defined on each qemu host: `hv01-vm1` and so on. */
  readonly guests?: number
  /** How many of them are started; all by default. */
  readonly runningGuests?: number
  /** The pool `default` of each qemu host becomes a file system of that size, so that it can be filled. */
  readonly smallPoolMib?: number
}

export type Lab = {
  /** @param index 0 to `hosts` - 1 */
  readonly host: (index: number) => LabHost
  readonly hosts: readonly LabHost[]
  /** State directory of this lab; nothing of it is left after `stop`. */
  readonly dir: string
  /** Private key in OpenSSH format that signs in as root on every host. */
  readonly keyFile: string
  readonly privateKeyPem: string
  /** An OpenSSH known_hosts file that holds the present key of every host. */
  readonly knownHostsFile: string
  /** `ssh` with that key and that known_hosts file and no other configuration. */
  readonly sshCommand: string
  /** Ends every process of every host; resolves when the last one is gone. */
  readonly stop: () => Promise<void>
}

/**
 * Starts real hypervisor hosts on loopback: one sshd and one libvirtd each, in namespaces of their own. Labs may run
 * side by side. If this process dies, its lab goes down by itself.
 *
 * @throws {Error} with the apt command, when a package is missing; or with the log's end, when a host does not come up
 */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const { hosts = 1, domains = 0, guests = 0, runningGuests = guests, smallPoolMib = 0 } = options
  const drivers = options.drivers ?? (domains > 0 ? ['test'] : ['qemu'])
  const child = spawn(SCRIPT, ['run', String(hosts)], {
    // A group of its own: Ctrl-C ends the tests, and the lab then ends because its standard input does.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...process.env,
      LAB_DRIVERS: drivers.join(' '),
      LAB_TEST_DOMAINS: String(domains),
      LAB_GUESTS: String(guests),
      LAB_RUNNING: String(runningGuests),
      LAB_POOL_MIB: String(smallPoolMib),
    },
  })
  const inventory = await readInventory(child)
  const all = inventory.hosts.map(found => labHost(SCRIPT, inventory, found))
  return {
    host: index => {
      const host = all[index]
      if (!host) throw new RangeError(`the lab has ${all.length} host(s), none has index ${index}`)
      return host
    },
    hosts: all,
    dir: inventory.dir,
    keyFile: inventory.clientKeyFile,
    privateKeyPem: readFileSync(inventory.clientKeyFile, 'utf8'),
    knownHostsFile: inventory.knownHostsFile,
    sshCommand: inventory.sshCommand,
    stop: () => stopLab(child),
  }
}

/**
 * Installs the Debian packages that the lab needs, where that is possible (root on Debian or Ubuntu).
 * @param extra   packages that the caller needs beside them
 * @throws {Error} with the command to run, where it is not
 */
export async function ensureLabPackages(extra: readonly string[] = []): Promise<void> {
  await promisify(execFile)(SCRIPT, ['install', ...extra], { maxBuffer: 64 * 1024 * 1024 }).catch(
    (error: { stderr?: string }) => {
      throw new Error(error.stderr?.trim() || 'libvirt-lab install failed', { cause: error })
    },
  )
}

function readInventory(child: ChildProcess): Promise<LabInventory> {
  return new Promise((resolve, reject) => {
    let output = ''
    let errors = ''
    const fail = (why: string) => reject(new Error(`${why}\n${errors.slice(-4000)}`.trim()))
    const timer = setTimeout(() => {
      child.stdin?.end()
      fail(`the lab did not come up within ${START_TIMEOUT_MS} ms`)
    }, START_TIMEOUT_MS)
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-8000)))
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (!output.includes('\n')) return
      clearTimeout(timer)
      resolve(JSON.parse(output) as LabInventory)
    })
    child.once('error', error => fail(error.message))
    child.once('exit', code => {
      clearTimeout(timer)
      fail(`the lab did not start (exit ${code})`)
    })
    child.stdin?.on('error', () => undefined)
  })
}

async function stopLab(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.stdin?.end()
  await exited
}
