import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { LabHost } from '#lab/index.ts'

const run = promisify(execFile)
/** More often than a connection can come and go unseen costs too much. */
const COUNT_EVERY_MS = 250

/** `key: value` lines of virsh as a record. */
export async function virshRecord(host: LabHost, args: string | readonly string[]): Promise<Record<string, string>> {
  const lines = await host.virsh(args)
  const pairs = lines.map(line => /^([^:]+):\s*(.*)$/.exec(line)).flatMap(found => (found ? [found] : []))
  return Object.fromEntries(pairs.map(([, key = '', value = '']) => [key.trim(), value.trim()]))
}

/** Names of the host's domains, running or not, in order. */
export const domains = async (host: LabHost): Promise<string[]> => (await host.virsh('list --all --name')).sort()

/** What virsh says of a domain's state; null: there is none. */
export async function domainState(host: LabHost, domain: string): Promise<string | null> {
  const [state] = await host.virsh(`domstate ${domain}`).catch((error: Error) => {
    if (/failed to get domain|Domain not found/.test(error.message)) return [null]
    throw error
  })
  return state ?? null
}

/** Names of the volumes that the pool itself lists after it looked, in order. */
export async function volumes(host: LabHost, pool = 'default'): Promise<string[]> {
  await host.virsh(`pool-refresh ${pool}`)
  const lines = await host.virsh(`vol-list ${pool}`)
  return lines.map(line => line.split(/\s+/)[0] ?? '').sort()
}

/** What qemu-img says of a volume, also while a guest uses it. */
export async function imageInfo(host: LabHost, volume: string) {
  const [path] = await host.virsh(`vol-path ${volume} --pool default`)
  const text = await host.exec(`qemu-img info -U --output=json ${path}`)
  return JSON.parse(text) as { readonly format: string; readonly 'virtual-size': number; readonly filename: string }
}

/** SSH connections that a host's sshd has open now, as the kernel tells. */
async function sshConnections(host: LabHost): Promise<number> {
  const filter = ['state', 'established', `( sport = :${host.port} )`]
  const { stdout } = await run('ss', ['-Htn', ...filter])
  return stdout.split('\n').filter(Boolean).length
}

/** Counts a host's SSH connections again and again until it is stopped, and then once more. */
export function countConnections(host: LabHost) {
  const counts: number[] = []
  const ending = new AbortController()
  const counting = (async () => {
    while (!ending.signal.aborted) {
      counts.push(await sshConnections(host))
      await new Promise(resolve => setTimeout(resolve, COUNT_EVERY_MS))
    }
  })()
  return {
    stop: async (): Promise<{ readonly most: number; readonly looks: number }> => {
      ending.abort()
      await counting
      counts.push(await sshConnections(host))
      return { most: Math.max(...counts), looks: counts.length }
    },
  }
}

/** Defines a domain that is nobody's, with that name. */
export async function defineStranger(host: LabHost, name: string): Promise<void> {
  const xml = `<domain type='qemu'><name>${name}</name><memory unit='MiB'>32</memory><os><type>hvm</type></os></domain>`
  await host.exec(`cat >/tmp/${host.name}-${name}.xml <<'E'\n${xml}\nE`)
  await host.virsh(`define /tmp/${host.name}-${name}.xml`)
  await host.exec(`rm /tmp/${host.name}-${name}.xml`)
}
