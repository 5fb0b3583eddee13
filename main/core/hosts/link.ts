import { AppError } from '#contract/errors.ts'
import type { HostId } from '#contract/ids.ts'
import type { Clock } from '#lib/clock.ts'
import { LibvirtError, TransportError, type Libvirt } from '#wire/libvirt/index.ts'
import { atMost, guarded, hostError, limitOf, partError, type Limit } from './errors.ts'
import { readFacts } from './facts.ts'
import type { CallOptions, HostLink, Inventory, Poll } from './model.ts'
import { listNetworks } from './networks.ts'
import { NodeReader } from './node-counters.ts'
import { PoolReader } from './pools.ts'
import * as acts from './vm-acts.ts'
import { VmReader } from './vms.ts'
import * as volumes from './volumes.ts'
import type { Wires } from './wires.ts'

/** The daemon's first answer may take seconds: it looks at its hypervisor then. */
const CALL_MS = 15_000
const INVENTORY_MS = 20_000
/** Pools and networks may not hold up the VMs for longer. */
const PART_MS = 8_000
/** Longer than the daemon itself waits for a VM that is busy (30 s), so that its answer arrives. */
const ACT_MS = 45_000
const VOLUME_MS = 120_000

/** What the acts and questions share. */
type Room = {
  readonly hostId: HostId
  readonly clock: Clock
  readonly wires: Wires
  readonly vms: VmReader
  readonly pools: PoolReader
  readonly nodes: NodeReader
  readonly vmListeners: Set<(uuid: string) => void>
  readonly partListeners: Set<() => void>
  /** Of VMs that were asked to reboot, or told that they did. */
  readonly reboots: Map<string, 'told' | 'untold'>
}

/**
 * Makes one machine's link of its open connections, and subscribes to its events before anybody lists.
 * @throws {AppError} as `HostLink`
 */
export async function linkOver(hostId: HostId, wires: Wires, clock: Clock, options: CallOptions): Promise<HostLink> {
  const room: Room = {
    ...{ hostId, wires, clock, vmListeners: new Set(), partListeners: new Set(), reboots: new Map() },
    vms: new VmReader(wires.bulk, clock),
    pools: new PoolReader(wires.storage),
    nodes: new NodeReader(wires.bulk),
  }
  await guarded({ hostId }, limitOf(options, CALL_MS), limit => subscribe(room, limit))
  return {
    hostId,
    closed: wires.closed.then(cause => lost(hostId, cause)),
    ...reading(room),
    ...acting(room),
    onVmChanged: listener => added(room.vmListeners, listener),
    onPartsChanged: listener => added(room.partListeners, listener),
    rebootOf: uuid => room.reboots.get(uuid) ?? 'unheard',
    close: wires.close,
  }
}

/** Whatever ended the connection, the host is lost; unless it was found silent. */
function lost(hostId: HostId, cause: unknown): AppError {
  const known = hostError(cause, { hostId, waitedMs: 0 })
  return known instanceof AppError ? known : new AppError('host/lost', { hostId }, { cause })
}

function added<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

async function subscribe({ wires, vms, vmListeners, partListeners, reboots }: Room, limit: Limit): Promise<void> {
  const vmChanged = ({ dom }: { readonly dom: { readonly uuid: string } }): void => {
    vms.forget(dom.uuid)
    for (const listener of [...vmListeners]) listener(dom.uuid)
  }
  const partsChanged = (): void => {
    for (const listener of [...partListeners]) listener()
  }
  await Promise.all([
    wires.interactive.on('domainLifecycle', vmChanged, limit()),
    // Not every daemon and driver can tell of these; then the next full listing does.
    ifTold(wires.interactive.on('domainMetadataChange', vmChanged, limit())),
    ifTold(wires.interactive.on('domainReboot', ({ dom }) => reboots.set(dom.uuid, 'told'), limit())),
    ifTold(wires.network.on('networkLifecycle', partsChanged, limit())),
    ifTold(wires.storage.on('storagePoolLifecycle', partsChanged, limit())),
    ifTold(wires.storage.on('storagePoolRefresh', partsChanged, limit())),
  ])
}

async function ifTold(subscribing: Promise<unknown>): Promise<void> {
  try {
    await subscribing
  } catch (error) {
    if (!(error instanceof LibvirtError)) throw error
  }
}

function reading(
  room: Room,
): Pick<HostLink, 'facts' | 'inventory' | 'poll' | 'clockOffsetMs' | 'findVm' | 'vmState' | 'describeVm'> {
  const { hostId, wires, vms } = room
  const { interactive } = wires
  return {
    facts: options => guarded({ hostId }, limitOf(options, CALL_MS), limit => readFacts(wires.bulk, limit)),
    inventory: options => guarded({ hostId }, limitOf(options, INVENTORY_MS), limit => inventory(room, limit)),
    poll: options => guarded({ hostId }, limitOf(options, CALL_MS), limit => poll(room, limit)),
    clockOffsetMs: options => guarded({ hostId }, limitOf(options, CALL_MS), limit => wires.clockOffsetMs(limit())),
    findVm: (uuid, options) =>
      guarded({ hostId }, limitOf(options, CALL_MS), limit => vms.find(interactive, uuid, limit)),
    vmState: (uuid, options) =>
      guarded({ hostId, vm: uuid }, limitOf(options, CALL_MS), limit => acts.vmState(interactive, uuid, limit)),
    describeVm: (uuid, options) =>
      guarded({ hostId, vm: uuid }, limitOf(options, CALL_MS), limit => acts.describeVm(interactive, uuid, limit)),
  }
}

type Acts = 'defineVm' | 'startVm' | 'shutdownVm' | 'rebootVm' | 'forceOffVm' | 'undefineVm'
type VolumeActs = 'createVolume' | 'findVolume' | 'deleteVolume'

function acting({ hostId, wires, reboots }: Room): Pick<HostLink, Acts | VolumeActs> {
  const { interactive, volumes: libvirt } = wires
  const onVm =
    (act: (libvirt: Libvirt, uuid: string, limit: Limit) => Promise<void>) =>
    (uuid: string, options?: CallOptions): Promise<void> =>
      guarded({ hostId, vm: uuid }, limitOf(options, ACT_MS), limit => act(interactive, uuid, limit))
  return {
    defineVm: (xml, options) =>
      guarded({ hostId }, limitOf(options, ACT_MS), async limit => {
        await interactive.call('domainDefineXml', { xml }, limit())
      }),
    startVm: onVm(acts.startVm),
    shutdownVm: onVm(acts.shutdownVm),
    rebootVm: (uuid, options) => {
      reboots.set(uuid, 'untold')
      return onVm(acts.rebootVm)(uuid, options)
    },
    forceOffVm: onVm(acts.forceOffVm),
    undefineVm: onVm(acts.undefineVm),
    createVolume: (pool, volume, options) =>
      guarded({ hostId }, limitOf(options, VOLUME_MS), limit => volumes.createVolume(libvirt, pool, volume, limit)),
    findVolume: (pool, name, options) =>
      guarded({ hostId }, limitOf(options, CALL_MS), limit => volumes.findVolume(libvirt, pool, name, limit)),
    deleteVolume: (pool, name, options) =>
      guarded({ hostId }, limitOf(options, VOLUME_MS), limit => volumes.deleteVolume(libvirt, pool, name, limit)),
  }
}

async function poll({ nodes, vms, clock }: Room, limit: Limit): Promise<Poll> {
  const [all, counters] = await Promise.all([vms.poll(limit), nodes.read(limit)])
  const moment = { monotonicMs: clock.monotonic(), at: clock.now(), life: 0 }
  return { host: { ...moment, cpuThreads: 1, ...counters, diskBytes: null, networkBytes: null }, vms: all }
}

/** VMs are the point: without them there is no inventory. Pools and networks may be partial. */
async function inventory(room: Room, limit: Limit): Promise<Inventory> {
  const { hostId, wires, vms, pools } = room
  const partLimit = atMost(limit, PART_MS)
  const [all, poolParts, networkParts] = await Promise.all([
    vms.list(limit),
    orFault(hostId, 'storage pools', () => pools.list({ hostId }, partLimit)),
    orFault(hostId, 'networks', () => listNetworks(wires.network, { hostId }, partLimit)),
  ])
  const faults = [...poolParts, ...networkParts].flatMap(part => part.fault ?? [])
  return {
    vms: all,
    pools: poolParts.flatMap(part => part.value ?? []),
    networks: networkParts.flatMap(part => part.value ?? []),
    faults: faults.map(({ code, data }) => ({ code, data })),
    unread: [...unreadOf('pools', poolParts), ...unreadOf('networks', networkParts)],
  }
}

function unreadOf<N extends string>(name: N, parts: readonly Part<unknown>[]): N[] {
  return parts.some(part => part.value === null) ? [name] : []
}

type Part<T> = { readonly value: T | null; readonly fault: AppError | null }

async function orFault<T>(
  hostId: HostId,
  part: string,
  list: () => Promise<readonly Part<T>[]>,
): Promise<readonly Part<T>[]> {
  const startedAt = performance.now()
  try {
    return await list()
  } catch (error) {
    if (!(error instanceof LibvirtError || error instanceof TransportError)) throw error
    const waitedMs = Math.round(performance.now() - startedAt)
    return [{ value: null, fault: partError(part, error, { hostId, waitedMs }) }]
  }
}
