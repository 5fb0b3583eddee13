import type { Libvirt } from '#wire/libvirt/index.ts'

/** What a command on the machine left behind. */
export type CommandResult = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

/**
 * The open connections to one machine. Where one daemon serves everything, `storage` and `network` are `interactive`
 * itself; where each driver has a daemon of its own, they are connections to those.
 */
export type Wires = {
  readonly interactive: Libvirt
  readonly bulk: Libvirt
  readonly storage: Libvirt
  readonly network: Libvirt
  /** Runs a command; rejects when it takes longer than `timeoutMs`. */
  readonly exec: (
    command: string,
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ) => Promise<CommandResult>
  /** Resolves with the cause when the first of the connections is gone. */
  readonly closed: Promise<unknown>
  readonly close: () => Promise<void>
}
