import { AppError } from '#contract/errors.ts'
import { libvirtCode, LibvirtError, openLibvirt, TransportError, type Libvirt } from '#wire/libvirt/index.ts'
import { measureClock, openSsh, SshError, type SshAuth, type SshConnection } from '#wire/ssh/index.ts'
import { knownOffsetMs } from './clock-offset.ts'
import { hostError, isLibvirtCode } from './errors.ts'
import { trustIn, type Trust } from './host-keys.ts'
import { linkOver } from './link.ts'
import type { HostLink, HostTarget } from './model.ts'
import type { HostsPort } from './port.ts'
import { signIn } from './sign-in.ts'
import { sshError, type Address } from './ssh-errors.ts'
import { SURVEY_COMMAND } from './survey.ts'
import { findWay, type Way } from './way.ts'
import type { Wires } from './wires.ts'

const { ErrorCode } = libvirtCode
/** Decided here alone: the system's QEMU, as every tool that runs as root opens it. */
export const USUAL_URI = 'qemu:///system'
/** The first call after the daemon's start may take seconds. */
const OPENING_MS = 15_000
const KEEP_ALIVE = { intervalMs: 5_000, count: 3 }
const CLOSING_MS = 1_000

/**
 * Connects to one machine: SSH, then libvirt three times. Nothing is asked of a person: a host key that is not the pinned one
 * ends the attempt before anything of ours is sent.
 *
 * @param signal  gives the attempt up; the link that was returned is closed by `close`
 * @throws {AppError} `host/…`: each stage has codes of its own, from host/name-unknown to host/libvirt-too-old
 */
export async function openHost(port: HostsPort, target: HostTarget, signal: AbortSignal): Promise<HostLink> {
  try {
    const auth = await signIn(target.credential, port)
    const ssh = await openLine(target, auth, await trustIn(port, target, target.fingerprint), signal)
    const uri = target.uri ?? USUAL_URI
    const wires = await orClosed(ssh, signal, async () => await openWires(ssh, await findWay(ssh, uri), uri, port))
    return await orClosed(wires, signal, () => linkOver(target.hostId, wires, port.clock, {}))
  } catch (error) {
    signal.throwIfAborted()
    throw connectError(error, target)
  }
}

export function openLine(
  { address: host, port, user }: Pick<HostTarget, 'address' | 'port' | 'user'>,
  auth: SshAuth,
  trust: Trust,
  signal: AbortSignal,
): Promise<SshConnection> {
  const keepAlive = { intervalMs: KEEP_ALIVE.intervalMs, maxMissed: KEEP_ALIVE.count - 1 }
  return openSsh({ host, port, user }, { auth, ...trust, keepAlive, preflight: SURVEY_COMMAND, signal })
}

/**
 * Does something over what is closed when that fails or is given up. Once libvirt is spoken, the wires are what is to be
 * closed: they let the daemon finish the calls that it works on, and close the SSH connection then.
 */
export async function orClosed<T>(
  open: { readonly close: () => Promise<void> },
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const onAbort = (): void => void open.close()
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    signal.throwIfAborted()
    return await work()
  } catch (error) {
    await open.close()
    throw error
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

export async function openWires(ssh: SshConnection, way: Way, uri: string, port: HostsPort): Promise<Wires> {
  const open = async (socket: string, driverUri: string): Promise<Libvirt> =>
    await openLibvirt(await way.open(socket, driverUri), optionsOf(driverUri))
  const { isModular, hypervisor, storage, network } = way.sockets
  const [interactive, bulk, third, ownStorage, ownNetwork] = await Promise.all([
    openLibvirt(way.interactive, optionsOf(uri)),
    openLibvirt(way.bulk, optionsOf(uri)),
    isModular ? null : open(hypervisor, uri),
    isModular && storage !== null ? unlessRefused(open(storage, 'storage:///system')) : null,
    isModular && network !== null ? unlessRefused(open(network, 'network:///system')) : null,
  ])
  const all = [interactive, bulk, third, ownStorage, ownNetwork].flatMap(each => each ?? [])
  return {
    ...{ interactive, bulk, volumes: ownStorage ?? interactive },
    ...{ storage: ownStorage ?? third ?? interactive, network: ownNetwork ?? third ?? interactive },
    clockOffsetMs: async limit => knownOffsetMs(await measureClock(ssh, port.clock, limit)),
    closed: Promise.race([ssh.closed, ...all.map(libvirt => libvirt.closed)]),
    close: async () => {
      // A daemon that does not answer does not say goodbye either.
      const goodbyes = Promise.allSettled(all.map(libvirt => libvirt.close()))
      await Promise.race([goodbyes, port.clock.sleep(CLOSING_MS)])
      await ssh.close()
    },
  }
}

/** A storage or network daemon that cannot be opened takes pools or networks away, not the VMs. */
async function unlessRefused(opening: Promise<Libvirt>): Promise<Libvirt | null> {
  try {
    return await opening
  } catch (error) {
    if (error instanceof LibvirtError || error instanceof TransportError) return null
    if (error instanceof SshError && error.stage === 'channel') return null
    throw error
  }
}

const optionsOf = (uri: string) => ({ uri, keepalive: KEEP_ALIVE, callTimeoutMs: OPENING_MS })

/** Why a machine could not be opened, in our words; a bug stays as it is. */
export function connectError(error: unknown, target: Address): unknown {
  if (error instanceof SshError) return sshError(error, target)
  if (error instanceof TransportError && error.cause instanceof SshError) return sshError(error.cause, target)
  if (error instanceof LibvirtError) return refusal(error, target)
  return hostError(error, { hostId: target.hostId, waitedMs: OPENING_MS })
}

function refusal(error: LibvirtError, { user }: Address): AppError {
  const { code, message } = error
  if (isLibvirtCode(error, ErrorCode.AUTH_FAILED, ErrorCode.AUTH_UNAVAILABLE, ErrorCode.ACCESS_DENIED))
    return new AppError('host/libvirt-denied', { user, message, code }, { cause: error })
  return new AppError('host/libvirt-refused', { code, message }, { cause: error })
}
