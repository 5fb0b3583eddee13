import { AppError } from '#contract/errors.ts'
import type { Host } from '#contract/hosts.ts'
import { partsOf, type HostId, type VmId } from '#contract/ids.ts'
import type { Alert } from '#contract/pools.ts'
import type { Vm } from '#contract/vms.ts'
import type { HostLink } from '#core/hosts/index.ts'
import { Board } from '#lib/board.ts'
import { openAcross } from './across.ts'
import { HostWatch } from './host-watch.ts'
import type { HostRecord } from './model.ts'
import type { FleetChange, FleetOptions, FleetParts } from './options.ts'
import { startAt } from './pace.ts'

/** All machines. Each host has a loop of its own and none waits for another. */
export type Fleet = {
  readonly hosts: Board<Host>
  readonly vms: Board<Vm>
  /** Takes a host in and connects by itself. */
  readonly add: (record: HostRecord) => void
  /** What the centre records of a host has changed, not how it is reached. */
  readonly update: (record: HostRecord) => void
  /** A new address, user, credential, URI or pinned key: connects anew. */
  readonly reach: (record: HostRecord) => void
  /** Resolves when nothing is open and nothing more is saved for this host. */
  readonly remove: (hostId: HostId) => Promise<void>
  /** Tries a silent or blocked host now. */
  readonly retry: (hostId: HostId) => void
  /** @throws {AppError} host/not-connected */
  readonly link: (hostId: HostId) => HostLink
  /** Reads everything of a host now; resolves when the boards show it. @throws {AppError} host/not-connected, host/silent */
  readonly refresh: (hostId: HostId) => Promise<void>
  /** Reads one VM now, for instance after an act. @throws {AppError} host/not-connected, host/silent */
  readonly refreshVm: (vmId: VmId) => Promise<void>
  /** Asks `labelsOf` again for these VMs. */
  readonly refreshLabels: (vmIds: readonly VmId[]) => void
  /** Asks `reservedOn` again for these hosts. */
  readonly refreshReserved: (hostIds: readonly HostId[]) => void
  readonly setPollInterval: (pollIntervalMs: number) => void
  readonly alerts: () => readonly Alert[]
  /** Closes every connection and saves what was not saved. */
  readonly close: () => Promise<void>
}

const POLL_INTERVAL_MS = 15_000

/** Opens the fleet with the last known state of its hosts; they appear with `add`. */
export async function openFleet(options: FleetOptions): Promise<Fleet> {
  const { clock, epoch, store, onChange = () => undefined } = options
  const snapshots = new Map((await store.load()).map(snapshot => [snapshot.hostId, snapshot]))
  const boards = { hosts: new Board<Host>({ epoch, clock }), vms: new Board<Vm>({ epoch, clock }) }
  const settings = { pollIntervalMs: options.pollIntervalMs ?? POLL_INTERVAL_MS }
  const watches = new Map<HostId, HostWatch>()
  const across = openAcross({ ...options, ...boards, settings, watches })
  const noticed = (change: FleetChange): void => (across.soon(), onChange(change))
  const parts: FleetParts = { ...options, ...boards, settings, onChange: noticed }
  let lastStartAt = -Infinity

  const watchOf = (hostId: HostId): HostWatch => {
    const watch = watches.get(hostId)
    if (!watch) throw new AppError('host/not-connected', { hostId })
    return watch
  }
  const add = (record: HostRecord): void => {
    across.soon()
    lastStartAt = startAt(lastStartAt, clock.monotonic())
    watches.set(record.hostId, new HostWatch(record, snapshots.get(record.hostId), parts, lastStartAt))
    snapshots.delete(record.hostId)
  }
  const remove = async (hostId: HostId): Promise<void> => {
    const watch = watches.get(hostId)
    watches.delete(hostId)
    await watch?.remove()
    across.soon()
  }
  return {
    ...boards,
    add,
    update: record => (watchOf(record.hostId).update(record), across.soon()),
    reach: record => (watchOf(record.hostId).reach(record), across.soon()),
    remove,
    retry: hostId => watches.get(hostId)?.retry(),
    link: hostId => watchOf(hostId).link(),
    refresh: hostId => watchOf(hostId).refresh(),
    refreshVm: vmId => {
      const { hostId, uuid } = partsOf(vmId)
      return watchOf(hostId).refreshVm(uuid)
    },
    refreshLabels: vmIds => {
      const byHost = Map.groupBy(vmIds.map(partsOf), ({ hostId }) => hostId)
      for (const [hostId, named] of byHost) watches.get(hostId)?.publish(named.map(({ uuid }) => uuid))
      across.soon()
    },
    refreshReserved: hostIds => {
      for (const hostId of hostIds) watches.get(hostId)?.publish([])
    },
    setPollInterval: pollIntervalMs => {
      settings.pollIntervalMs = pollIntervalMs
      for (const watch of watches.values()) watch.paceChanged()
    },
    alerts: () => [...[...watches.values()].flatMap(watch => watch.alerts), ...across.alerts()],
    close: async () => {
      await Promise.all([...watches.values()].map(watch => watch.close()))
    },
  }
}
