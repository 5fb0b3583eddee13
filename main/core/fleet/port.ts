import type { Credential } from '#contract/hosts.ts'
import type { HostId, PlatformId, VmId } from '#contract/ids.ts'
import type { Granted, HostSnapshot, Reserved, VmLabels } from './model.ts'

/** What the fleet needs stored and looked up. */
export type FleetPort = {
  /** All snapshots, once, when the fleet opens. */
  readonly load: () => Promise<readonly HostSnapshot[]>
  /** Puts a host's snapshot in place of the one before; never two at a time for one host. */
  readonly save: (hostId: HostId, snapshot: HostSnapshot) => Promise<void>
  /** Asked at each connect. @throws {AppError} host/credential-missing */
  readonly credentialOf: (hostId: HostId) => Promise<Credential>
  /** Called for each row that is made: must answer from memory. */
  readonly reservedOn: (hostId: HostId) => Reserved
  readonly labelsOf: (vmId: VmId, platformId: PlatformId) => VmLabels
  /** Called when VMs came or went: must answer from memory. */
  readonly granted: () => readonly Granted[]
}
