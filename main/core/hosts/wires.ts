import type { Libvirt } from '#wire/libvirt/index.ts'

/**
 * The open connections to one machine, each with its own queue of calls, so that none waits for another: acts and single
 * VMs over `interactive`, polls and listings of VMs over `bulk`, pools and networks over `storage` and `network`, which
 * may hang for minutes on a share that is gone.
 */
export type Wires = {
  readonly interactive: Libvirt
  readonly bulk: Libvirt
  /** Where one daemon serves everything, a third connection to it; else one to the storage daemon. */
  readonly storage: Libvirt
  /** The same, of the network daemon. */
  readonly network: Libvirt
  /** For acts on volumes. */
  readonly volumes: Libvirt
  /** The machine's clock minus ours; null: it did not tell, or too slowly to say. */
  readonly clockOffsetMs: (options: {
    readonly timeoutMs: number
    readonly signal?: AbortSignal
  }) => Promise<number | null>
  /** Resolves with the cause when the first of the connections is gone. */
  readonly closed: Promise<unknown>
  readonly close: () => Promise<void>
}
