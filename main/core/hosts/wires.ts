import type { Libvirt } from '#wire/libvirt/index.ts'

/**
 * The open connections to one machine. Where one daemon serves everything, `storage` and `network` are `interactive`
 * itself; where each driver has a daemon of its own, they are connections to those.
 */
export type Wires = {
  readonly interactive: Libvirt
  readonly bulk: Libvirt
  readonly storage: Libvirt
  readonly network: Libvirt
  /** The machine's clock minus ours; null: it did not tell. */
  readonly clockOffsetMs: (options: {
    readonly timeoutMs: number
    readonly signal?: AbortSignal
  }) => Promise<number | null>
  /** Resolves with the cause when the first of the connections is gone. */
  readonly closed: Promise<unknown>
  readonly close: () => Promise<void>
}
