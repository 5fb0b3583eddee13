import type { Host, HostState } from '#contract/hosts.ts'
import type { HostId, VmId } from '#contract/ids.ts'
import type { Alert } from '#contract/pools.ts'
import type { Vm, VmState } from '#contract/vms.ts'
import type { HostLink, HostTarget } from '#core/hosts/index.ts'
import type { Metrics } from '#core/metrics/index.ts'
import type { Board } from '#lib/board.ts'
import type { Clock } from '#lib/clock.ts'
import type { HostRecord } from './model.ts'
import type { FleetPort } from './port.ts'

export type FleetOptions = {
  readonly clock: Clock
  /** 0 ≤ x < 1, for jitter. */
  readonly random: () => number
  /** Unique to this life of the process; readers of the boards notice a restart by it. */
  readonly epoch: string
  /** How often each host is asked; default 15 s. */
  readonly pollIntervalMs?: number
  readonly openHost: (target: HostTarget, signal: AbortSignal) => Promise<HostLink>
  readonly metrics: Metrics
  readonly store: FleetPort
  /** A host's state changed, or one of its VMs came, went or changed state. */
  readonly onChange?: (change: FleetChange) => void
  /** Something that should not happen: a bug, or a store that refuses. The fleet goes on. */
  readonly onError: (error: unknown) => void
}

export type FleetChange =
  | { readonly kind: 'host'; readonly hostId: HostId; readonly from: HostState; readonly to: HostState }
  | { readonly kind: 'vm'; readonly vmId: VmId; readonly from: VmState | null; readonly to: VmState | null }

/** All machines. Each host has a loop of its own and none waits for another. */
export type Fleet = {
  readonly hosts: Board<Host>
  readonly vms: Board<Vm>
  /** Takes a host in and connects by itself; a second call for the same host is `update`. */
  readonly add: (record: HostRecord) => void
  /** Puts the record in place of the one before; a new address, user, URI or pinned key connects anew. */
  readonly update: (record: HostRecord) => void
  /** Resolves when nothing is open and nothing more is saved for this host. */
  readonly remove: (hostId: HostId) => Promise<void>
  /** Tries a silent or blocked host now. */
  readonly retry: (hostId: HostId) => void
  /** @throws {AppError} host/not-connected */
  readonly link: (hostId: HostId) => HostLink
  /** Reads everything of a host now; resolves when the boards show it. @throws {AppError} host/not-connected */
  readonly refresh: (hostId: HostId) => Promise<void>
  /** Reads one VM now, for instance after an act. @throws {AppError} host/not-connected */
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
