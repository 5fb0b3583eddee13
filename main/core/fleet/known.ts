import type { Fault } from '#contract/errors.ts'
import type { Network, StoragePool } from '#contract/hosts.ts'
import type { HostId } from '#contract/ids.ts'
import type { HostFacts, HostVm, Inventory, VmPoll } from '#core/hosts/index.ts'
import type { Sample } from '#core/metrics/index.ts'
import type { HostSnapshot } from './model.ts'

export type KnownVm = {
  readonly vm: HostVm
  /** Null: not running, or not measured yet. */
  readonly sample: Sample | null
  /** When the reading that told this began; one that began earlier does not count against it. */
  readonly readAt: number
}

/** All that is known of a host, as of `seenAt`. */
export type Known = {
  readonly seenAt: number | null
  readonly facts: HostFacts | null
  readonly clockOffsetMs: number | null
  readonly sample: Sample | null
  readonly vms: ReadonlyMap<string, KnownVm>
  readonly pools: readonly StoragePool[]
  readonly networks: readonly Network[]
  /** What could not be read at the last listing. */
  readonly faults: readonly Fault[]
}

export const nothingKnown: Known = {
  seenAt: null,
  facts: null,
  clockOffsetMs: null,
  sample: null,
  vms: new Map(),
  pools: [],
  networks: [],
  faults: [],
}

export function fromSnapshot(snapshot: HostSnapshot): Known {
  const { seenAt, facts, clockOffsetMs, pools, networks, memoryUsedBytes } = snapshot
  const level = { at: seenAt, cpuFraction: null, diskBytesPerSecond: null, networkBytesPerSecond: null }
  const vms = snapshot.vms.map(vm => [vm.uuid, { vm, sample: null, readAt: -Infinity }] as const)
  const sample = { ...level, memoryUsedBytes }
  return { ...nothingKnown, seenAt, facts, clockOffsetMs, pools, networks, sample, vms: new Map(vms) }
}

/** Null: the host never answered, so there is nothing to keep. */
export function toSnapshot(hostId: HostId, known: Known): HostSnapshot | null {
  const { seenAt, facts, clockOffsetMs, sample, pools, networks } = known
  if (seenAt === null || facts === null) return null
  const memoryUsedBytes = sample?.memoryUsedBytes ?? null
  const vms = [...known.vms.values()].map(each => each.vm)
  return { hostId, seenAt, facts, clockOffsetMs, memoryUsedBytes, vms, pools, networks }
}

/**
 * Takes a listing in: what it does not name is gone, except what was read after it began, and except pools or networks
 * where they could not be listed.
 */
export function withInventory(known: Known, inventory: Inventory, readAt: number): Known {
  const { faults, unread } = inventory
  const pools = unread.includes('pools') ? known.pools : inventory.pools
  const networks = unread.includes('networks') ? known.networks : inventory.networks
  const listed = inventory.vms.map(vm => [vm.uuid, newer(known.vms.get(vm.uuid), vm, readAt)] as const)
  const later = [...known.vms].filter(([, each]) => each.readAt > readAt)
  return { ...known, pools, networks, faults, vms: new Map([...listed, ...later]) }
}

/** Takes one VM in; null: it is gone. */
export function withVm(known: Known, uuid: string, vm: HostVm | null, readAt: number): Known {
  const before = known.vms.get(uuid)
  if (before && before.readAt > readAt) return known
  const vms = new Map(known.vms)
  if (vm) vms.set(uuid, newer(before, vm, readAt))
  else vms.delete(uuid)
  return { ...known, vms }
}

/**
 * Takes the VMs of a poll in, and says which ones must be looked at one by one: new, renamed, redefined or no longer
 * named.
 */
export function withPoll(
  known: Known,
  polled: readonly { readonly poll: VmPoll; readonly sample: Sample | null }[],
  readAt: number,
): { readonly known: Known; readonly unclear: readonly string[] } {
  const named = new Set(polled.map(({ poll }) => poll.uuid))
  const unclear = [...known.vms.keys()].filter(uuid => !named.has(uuid))
  const vms = new Map(known.vms)
  for (const { poll, sample } of polled) {
    const before = known.vms.get(poll.uuid)
    if (!before || before.vm.name !== poll.name || poll.isRedefined) unclear.push(poll.uuid)
    if (before && before.readAt <= readAt) vms.set(poll.uuid, { vm: polledVm(before.vm, poll), sample, readAt })
  }
  return { known: { ...known, vms }, unclear }
}

function newer(before: KnownVm | undefined, vm: HostVm, readAt: number): KnownVm {
  if (before && before.readAt > readAt) return before
  const isSameRun = before !== undefined && before.vm.state === vm.state
  return { vm, sample: isSameRun ? before.sample : null, readAt }
}

/** A poll leaves out what costs too much to ask each time, and what a busy VM could not tell just now. */
function polledVm(vm: HostVm, poll: VmPoll): HostVm {
  return {
    ...vm,
    state: poll.state,
    reason: poll.reason,
    vcpus: poll.vcpus ?? vm.vcpus,
    memoryBytes: poll.memoryBytes ?? vm.memoryBytes,
    diskBytes: poll.diskBytes ?? vm.diskBytes,
    diskUsedBytes: poll.diskUsedBytes ?? vm.diskUsedBytes,
  }
}
