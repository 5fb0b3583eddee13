import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { ensureLabPackages, startLab, type LabHost } from '#lab/index.ts'
import { openLibvirt, type DomainStats, type Libvirt } from '#wire/libvirt/index.ts'
import { openSsh, pinnedKeys, readPrivateKey, type SshConnection } from '#wire/ssh/index.ts'

const DOMAINS = 1_000
const WARM_ROUNDS = 151
const COLD_ROUNDS = 21
/** Not counted: just-in-time compilation here, caches of the system everywhere. */
const WARM_UP_ROUNDS = 30
const PEER = fileURLToPath(new URL('./rpc-peer.py', import.meta.url))

type Ours = { readonly ssh: SshConnection; readonly libvirt: Libvirt }
type Peer = { readonly ask: (what: 'warm' | 'cold') => Promise<number>; readonly stop: () => Promise<void> }

/**
 * Statistics of 1,001 domains of libvirt's test driver, from one daemon over SSH on this machine: this client,
 * python3-libvirt and virsh take turns within each round, so that whatever else the machine does meets all of them.
 *
 * - warm: one `getAllDomainStats(0, 0)` over an open connection, decoded completely (here into maps, there into dicts)
 * - cold: from nothing to that result, SSH sign-in with host key check included. Here and in Python the process is
 *   running already (Python calls `libvirt.open` anew, which starts `ssh`); virsh is a new process each time, as it is used.
 *
 * Prints medians in ms, one JSON line; a ratio is ours ÷ Python's.
 */
export async function run(): Promise<void> {
  await ensureLabPackages(['python3-libvirt'])
  note(`starting a daemon with ${DOMAINS} domains`)
  const lab = await startLab({ domains: DOMAINS })
  try {
    const host = lab.host(0)
    const peer = await startPeer(host)
    const warm = await measureWarm(host, peer)
    const cold = await measureCold(host, peer)
    await peer.stop()
    process.stdout.write(`${JSON.stringify(summary(warm, cold))}\n`)
  } finally {
    await lab.stop()
  }
}

async function measureWarm(host: LabHost, peer: Peer): Promise<{ ours: number[]; python: number[] }> {
  const { ssh, libvirt } = await openOurs(host)
  const ours: number[] = []
  const python: number[] = []
  for (let round = -WARM_UP_ROUNDS; round < WARM_ROUNDS; round++) {
    const turns = [
      async () => void ours.push(await timed(() => readStats(libvirt))),
      async () => void python.push(await peer.ask('warm')),
    ]
    for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await turn()
  }
  await ssh.close()
  note(`warm: ${WARM_ROUNDS} rounds`)
  return { ours: ours.slice(WARM_UP_ROUNDS), python: python.slice(WARM_UP_ROUNDS) }
}

async function measureCold(host: LabHost, peer: Peer): Promise<{ ours: number[]; python: number[]; virsh: number[] }> {
  const times = { ours: [] as number[], python: [] as number[], virsh: [] as number[] }
  for (let round = 0; round < COLD_ROUNDS; round++) {
    let opened: Ours | undefined
    times.ours.push(
      await timed(async () => {
        opened = await openOurs(host)
        await readStats(opened.libvirt)
      }),
    )
    await opened?.ssh.close()
    times.python.push(await peer.ask('cold'))
    times.virsh.push(await timed(() => runVirsh(host)))
  }
  note(`cold: ${COLD_ROUNDS} rounds`)
  return times
}

async function openOurs(host: LabHost): Promise<Ours> {
  const ssh = await openSsh(
    { host: host.address, port: host.port, user: host.user },
    {
      auth: { method: 'key', key: readPrivateKey(host.privateKeyPem) },
      verifyHostKey: pinnedKeys([fingerprints.get(host) ?? remember(host)]),
    },
  )
  const libvirt = await openLibvirt(await ssh.streamLocal(host.remoteSocket), { uri: host.uri })
  return { ssh, libvirt }
}

// The lab asks ssh-keygen, which would count as ours.
const fingerprints = new WeakMap<LabHost, string>()
function remember(host: LabHost): string {
  const fingerprint = host.hostKeyFingerprint
  fingerprints.set(host, fingerprint)
  return fingerprint
}

async function readStats(libvirt: Libvirt): Promise<readonly DomainStats[]> {
  const stats = await libvirt.getAllDomainStats()
  if (stats.length !== DOMAINS + 1) throw new Error(`${stats.length} domains answered instead of ${DOMAINS + 1}`)
  return stats
}

async function runVirsh(host: LabHost): Promise<void> {
  await promisify(execFile)('virsh', ['-q', '-c', host.sshUri, 'domstats'], { maxBuffer: 64 << 20 })
}

async function startPeer(host: LabHost): Promise<Peer> {
  const child = spawn('/usr/bin/python3', [PEER, host.sshUri], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ask = async (what: string): Promise<number> => {
    child.stdin.write(`${what}\n`)
    const answer = await lines.next()
    if (answer.done) throw new Error('python3-libvirt ended')
    const [ms, count] = answer.value.split(' ').map(Number)
    if (count !== DOMAINS + 1) throw new Error(`python3-libvirt saw ${count} domains`)
    return ms ?? NaN
  }
  const stop = async (): Promise<void> => {
    const exited = once(child, 'exit')
    child.stdin.end()
    await exited
  }
  return { ask, stop }
}

function summary(
  warm: { ours: number[]; python: number[] },
  cold: { ours: number[]; python: number[]; virsh: number[] },
) {
  const [oursWarmMs, pythonWarmMs] = [median(warm.ours), median(warm.python)]
  const [oursColdMs, pythonColdMs, virshColdMs] = [median(cold.ours), median(cold.python), median(cold.virsh)]
  return {
    bench: 'rpc',
    oursWarmMs: rounded(oursWarmMs),
    pythonWarmMs: rounded(pythonWarmMs),
    oursColdMs: rounded(oursColdMs),
    pythonColdMs: rounded(pythonColdMs),
    virshColdMs: rounded(virshColdMs),
    warmRatio: rounded(oursWarmMs / pythonWarmMs),
    coldRatio: rounded(oursColdMs / pythonColdMs),
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? NaN
}

const rounded = (value: number): number => Number(value.toFixed(3))
const note = (text: string): void => void process.stderr.write(`rpc: ${text}\n`)
