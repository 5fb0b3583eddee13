import { lookup } from 'node:dns/promises'
import { AppError, faultOf } from '#contract/errors.ts'
import type { Probe, ProbeStep, ProbeStepName } from '#contract/hosts.ts'
import { HostId } from '#contract/ids.ts'
import type { Clock } from '#lib/clock.ts'
import { SshError, type HostKey, type SshAuth, type SshConnection } from '#wire/ssh/index.ts'
import { connectError, openLine, openWires, orClosed, USUAL_URI } from './connect.ts'
import { trustIn } from './host-keys.ts'
import { linkOver } from './link.ts'
import type { HostTarget } from './model.ts'
import type { HostsPort } from './port.ts'
import { signIn } from './sign-in.ts'
import { findWay } from './way.ts'
import type { Wires } from './wires.ts'

export type ProbeTarget = Omit<HostTarget, 'hostId'>

const stepNames: readonly ProbeStepName[] = ['name', 'tcp', 'host-key', 'authentication', 'socket', 'libvirt']
const RESOLVE_MS = 5_000
/** A machine that is only tried has no id yet. */
const NOBODY = HostId.parse('probe')

/**
 * Tries a machine step by step and tells after each change how far it got; the last message is done. Stores nothing and
 * leaves nothing open. Without a fingerprint that the person confirmed it trusts the keys of imported known_hosts files,
 * and stops at any other one to ask.
 *
 * @param signal  ends it
 */
export async function* probeHost(
  port: HostsPort,
  target: ProbeTarget,
  signal: AbortSignal,
): AsyncGenerator<Probe, void, void> {
  const progress = new Progress(port.clock.monotonic)
  const ended = new AbortController()
  const either = AbortSignal.any([signal, ended.signal])
  const running = run(port, target, progress, either).catch((error: unknown) =>
    progress.fail(connectError(error, { ...target, hostId: NOBODY })),
  )
  try {
    for (;;) {
      const probe = await progress.next(signal)
      if (!probe) return
      yield probe
      if (probe.isDone) return
    }
  } finally {
    ended.abort(new AppError('host/lost', { hostId: NOBODY }))
    await running
  }
}

async function run(port: HostsPort, target: ProbeTarget, progress: Progress, signal: AbortSignal): Promise<void> {
  // A key of ours that cannot be read is said before the machine is bothered.
  const auth = await signIn(target.credential, port).catch((error: unknown) => {
    progress.begin('authentication')
    throw error
  })
  progress.begin('name')
  progress.succeed(await resolved(target.address, port.clock))
  progress.begin('tcp')
  const ssh = await openProbed(port, target, auth, progress, signal)
  const wires = await orClosed(ssh, signal, async () => {
    progress.succeed(target.user)
    progress.begin('socket')
    const uri = target.uri ?? USUAL_URI
    const way = await findWay(ssh, uri).catch((error: unknown) => {
      const known = connectError(error, { ...target, hostId: NOBODY })
      // The socket was found; what lacks is the daemon behind it.
      if (known instanceof AppError && known.code === 'host/libvirt-down') {
        progress.succeed(null)
        progress.begin('libvirt')
      }
      throw known
    })
    progress.succeed(way.found)
    progress.begin('libvirt')
    return await openWires(ssh, way, uri, port)
  })
  await orClosed(wires, signal, () => readProbed(wires, port, progress))
}

/** Connecting resolves the name once more; this tells the person to what. */
async function resolved(name: string, clock: Clock): Promise<string> {
  const late = new AbortController()
  const unknown = (cause?: unknown): AppError => new AppError('host/name-unknown', { address: name }, { cause })
  const deadline = clock.sleep(RESOLVE_MS, late.signal).then(() => Promise.reject(unknown()))
  deadline.catch(() => undefined)
  try {
    const found = lookup(name).catch((cause: unknown) => Promise.reject(unknown(cause)))
    return (await Promise.race([found, deadline])).address
  } finally {
    late.abort()
  }
}

async function openProbed(
  port: HostsPort,
  target: ProbeTarget,
  auth: SshAuth,
  progress: Progress,
  signal: AbortSignal,
): Promise<SshConnection> {
  const { verifyHostKey: verify, knownKeyTypes } = await trustIn(port, target, target.fingerprint ?? 'imported')
  const verifyHostKey = async (offered: HostKey) => {
    if (progress.isAt('tcp')) {
      progress.succeed(null)
      progress.begin('host-key')
    }
    const verdict = await verify(offered)
    progress.sawKey(offered.fingerprint)
    if (verdict === 'accept') {
      progress.succeed(`${offered.algorithm} ${offered.fingerprint}`)
      progress.begin('authentication')
    }
    return verdict
  }
  try {
    return await openLine(target, auth, { verifyHostKey, knownKeyTypes }, signal)
  } catch (error) {
    // Something listened there, but it did not speak as it should: the line stands, its key was not seen.
    if (error instanceof SshError && error.stage === 'handshake' && progress.isAt('tcp')) {
      progress.succeed(null)
      progress.begin('host-key')
    }
    throw error
  }
}

async function readProbed(wires: Wires, port: HostsPort, progress: Progress): Promise<void> {
  const link = await linkOver(NOBODY, wires, port.clock, {})
  try {
    const [facts, { vms }, clockOffsetMs] = await Promise.all([link.facts(), link.poll(), link.clockOffsetMs()])
    const { hostname, arch, cpuModel, cpuThreads, memoryBytes, libvirtVersion, model, serial } = facts
    const machine = { hostname, arch, cpuModel, cpuThreads, memoryBytes, libvirtVersion, model, serial }
    progress.finish(`libvirt ${libvirtVersion}`, { ...machine, clockOffsetMs, vms: vms.length })
  } finally {
    await link.close()
  }
}

/** The steps as they stand; a reader that is slow sees the latest state only. */
class Progress {
  readonly #monotonic: () => number
  #probe: Probe = {
    steps: stepNames.map(step => ({ step, state: 'waiting', tookMs: null, found: null, fault: null })),
    isDone: false,
    fingerprint: null,
    facts: null,
  }
  #at = -1
  #beganAt = 0
  #isNews = false
  #wake = (): void => undefined

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic
  }

  isAt(step: ProbeStepName): boolean {
    return stepNames[this.#at] === step
  }

  begin(step: ProbeStepName): void {
    this.#at = stepNames.indexOf(step)
    this.#beganAt = this.#monotonic()
    this.#change({ state: 'running' })
  }

  succeed(found: string | null): void {
    this.#change({ state: 'ok', tookMs: this.#tookMs(), found })
  }

  sawKey(fingerprint: string): void {
    this.#probe = { ...this.#probe, fingerprint }
  }

  finish(found: string, facts: NonNullable<Probe['facts']>): void {
    this.#probe = { ...this.#probe, facts, isDone: true }
    this.succeed(found)
  }

  fail(error: unknown): void {
    // What ended the rest of a probe that was done is of no interest.
    if (this.#probe.isDone) return
    const fault = faultOf(error)
    const asks = error instanceof AppError && error.code === 'host/key-unknown'
    this.#probe = { ...this.#probe, isDone: true }
    const found = asks ? this.#probe.fingerprint : null
    this.#change({ state: asks ? 'asks' : 'failed', tookMs: this.#tookMs(), found, fault })
  }

  /** The present state once it differs from the one told before; undefined: aborted. */
  async next(signal: AbortSignal): Promise<Probe | undefined> {
    if (!this.#isNews && !signal.aborted) {
      await new Promise<void>(resolve => {
        this.#wake = resolve
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
    }
    if (signal.aborted) return undefined
    this.#isNews = false
    return this.#probe
  }

  #tookMs(): number {
    return Math.round(this.#monotonic() - this.#beganAt)
  }

  #change(change: Partial<ProbeStep>): void {
    const steps = this.#probe.steps.map((step, index) => (index === this.#at ? { ...step, ...change } : step))
    this.#probe = { ...this.#probe, steps }
    this.#isNews = true
    this.#wake()
  }
}
