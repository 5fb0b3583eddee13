import type { Duplex } from 'node:stream'
import { libvirtCode } from './codes.gen.ts'
import { TransportError } from './errors.ts'
import { EventHub } from './events.ts'
import type { KeepaliveOptions } from './keepalive.ts'
import { LibvirtError } from './libvirt-error.ts'
import { Libvirt } from './libvirt.ts'
import { procedures } from './procedures.gen.ts'
import { Rpc, rpcDefaults, type CallOptions, type RpcOptions } from './rpc.ts'

const { AuthType, ConnectFlags, ErrorCode, Feature } = libvirtCode
const keepaliveDefaults: KeepaliveOptions = { intervalMs: 5_000, count: 5 }

export type LibvirtOptions = Partial<RpcOptions> & {
  /** As the daemon itself would say it, without host and transport: `qemu:///system`, `test:///default`. */
  readonly uri: string
  /** The daemon then refuses every change with error 29. */
  readonly readOnly?: boolean | undefined
  /** Default: 5 pings, 5 s apart. False: silence is noticed by deadlines alone. */
  readonly keepalive?: KeepaliveOptions | false | undefined
  /** Gives the opening up, or closes the connection later. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Opens a connection to a daemon over any byte stream that leads to its socket; the stream belongs to it from then on
 * and is closed with it, also when opening fails.
 *
 * @throws {LibvirtError}   the daemon or its driver refused
 * @throws {TransportError} `authentication` when only SASL is offered; `lost`, `broken`, `deadline` as any call
 */
export async function openLibvirt(duplex: Duplex, options: LibvirtOptions): Promise<Libvirt> {
  const { uri, readOnly = false, keepalive = keepaliveDefaults, signal } = options
  const rpc = new Rpc(duplex, rpcOptions(options), frame => events.onFrame(frame))
  const events = new EventHub(rpc)
  try {
    await openConnection(rpc, uri, readOnly, { signal })
  } catch (error) {
    rpc.fail(new TransportError('closed', 'the connection could not be opened', { cause: error }))
    throw error
  }
  const libvirt = new Libvirt(rpc, events)
  if (keepalive) keepAlive(rpc, libvirt, keepalive)
  if (signal) closeOnAbort(libvirt, signal)
  return libvirt
}

function rpcOptions({ maxInFlight, maxQueued, callTimeoutMs }: LibvirtOptions): RpcOptions {
  return {
    maxInFlight: Math.max(1, maxInFlight ?? rpcDefaults.maxInFlight),
    maxQueued: maxQueued ?? rpcDefaults.maxQueued,
    callTimeoutMs: callTimeoutMs ?? rpcDefaults.callTimeoutMs,
  }
}

/** In the background: nothing else has to wait for the daemon's word that it answers pings. */
function keepAlive(rpc: Rpc, libvirt: Libvirt, options: KeepaliveOptions): void {
  libvirt.hasFeature(Feature.KEEPALIVE).then(
    isSpoken => isSpoken && rpc.keepAlive(options),
    () => undefined, // the connection is over; whoever waits for an answer hears of it
  )
}

function closeOnAbort(libvirt: Libvirt, signal: AbortSignal): void {
  const onAbort = (): void => void libvirt.close()
  signal.addEventListener('abort', onAbort, { once: true })
  void libvirt.closed.then(() => signal.removeEventListener('abort', onAbort))
  if (signal.aborted) onAbort()
}

/**
 * Authenticates and opens the hypervisor connection. AUTH_LIST and CONNECT_OPEN leave in one write, for on nearly every
 * socket nothing has to happen between them; a daemon that wants authentication first only refuses the second, which is
 * then sent again.
 *
 * @param uri  as the daemon itself would say it: no host, no transport
 */
async function openConnection(rpc: Rpc, uri: string, readOnly: boolean, options: CallOptions): Promise<void> {
  const open = (): Promise<unknown> =>
    rpc.call(procedures.connectOpen, { name: uri, flags: readOnly ? ConnectFlags.RO : 0 }, options)
  const listing = rpc.call(procedures.authList, {}, options)
  const opening = Promise.allSettled([open()])
  const { types } = await listing
  await authenticate(rpc, types, options)
  const [opened] = await opening
  if (opened.status === 'fulfilled') return
  if (!wantsAuthentication(opened.reason)) throw opened.reason
  await open()
}

async function authenticate(rpc: Rpc, offered: readonly number[], options: CallOptions): Promise<void> {
  if (offered.length === 0 || offered.includes(AuthType.NONE)) return
  if (!offered.includes(AuthType.POLKIT)) {
    const names = offered.map(type => (type === AuthType.SASL ? 'SASL' : `type ${type}`)).join(', ')
    throw new TransportError('authentication', `the daemon offers only ${names}; none and polkit are spoken here`)
  }
  const { complete } = await rpc.call(procedures.authPolkit, {}, options)
  if (complete !== 1) throw new TransportError('authentication', 'polkit did not complete')
}

/** Daemons say it with one code or the other, for the sake of clients that knew only the older one. */
function wantsAuthentication(error: unknown): boolean {
  return error instanceof LibvirtError && (error.code === ErrorCode.AUTH_FAILED || error.code === ErrorCode.RPC)
}
