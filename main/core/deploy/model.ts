import type { VmAction } from '#contract/vms.ts'
import type { Clock } from '#lib/clock.ts'
import type { HostLink } from '#core/hosts/index.ts'

/** Everything about a new VM, chosen before the first call and stored with the job. */
export type NewVm = {
  readonly uuid: string
  readonly title: string
  readonly vcpus: number
  readonly memoryBytes: number
  readonly diskBytes: number
  readonly arch: string
  readonly pool: string
  readonly volume: string
  readonly network: string | null
  readonly grantId: string
  readonly departmentId: string
  readonly applicationId: string
}

export type DeployPorts = {
  readonly clock: Clock
  /** How long an act may take, in ms, before it is said to have failed; the usual times by default. */
  readonly deadlinesMs?: { readonly [A in VmAction]?: number }
  /** How long, in ms, a call that was not answered may still show on the host; the usual time by default. */
  readonly lateMs?: number
  /** The connection to a host; waits for one that is just coming up. @throws {AppError} host/not-connected; the signal's reason */
  readonly linkTo: (hostId: string, signal: AbortSignal) => Promise<HostLink>
  /** Has the host read again, so that what changed shows at once. */
  readonly refresh: (hostId: string) => Promise<void>
}
