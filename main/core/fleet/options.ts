import type { Host, HostState } from '#contract/hosts.ts'
import type { HostId, VmId } from '#contract/ids.ts'
import type { Vm, VmState } from '#contract/vms.ts'
import type { HostLink, HostTarget } from '#core/hosts/index.ts'
import type { Metrics } from '#core/metrics/index.ts'
import type { Board } from '#lib/board.ts'
import type { Clock } from '#lib/clock.ts'
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

/** What every host of the fleet shares. */
export type FleetParts = Omit<FleetOptions, 'onChange' | 'pollIntervalMs'> & {
  readonly hosts: Board<Host>
  readonly vms: Board<Vm>
  readonly settings: { readonly pollIntervalMs: number }
  readonly onChange: (change: FleetChange) => void
}
