import type { HostOrigin, Network, StoragePool } from '#contract/hosts.ts'
import type { ApplicationId, DepartmentId, HostId, JobId, PlatformId, VmId } from '#contract/ids.ts'
import type { HostFacts, HostVm } from '#core/hosts/index.ts'

/** What the centre keeps of a host; its credential stays behind `FleetPort.credentialOf`. */
export type HostRecord = {
  readonly hostId: HostId
  readonly platformId: PlatformId
  readonly name: string
  readonly address: string
  readonly port: number
  readonly user: string
  /** libvirt's URI on that machine; null: the usual one. */
  readonly uri: string | null
  readonly origin: HostOrigin
  readonly model: string | null
  readonly serial: string | null
  readonly rack: string | null
  /** `SHA256:…` of the pinned host key. */
  readonly fingerprint: string | null
  readonly version: number
}

/** The last known state of a host, so that a restarted core shows it with its age at once. Plain data. */
export type HostSnapshot = {
  readonly hostId: HostId
  /** When the host last answered, ms since 1970, UTC. */
  readonly seenAt: number
  readonly facts: HostFacts
  readonly clockOffsetMs: number | null
  readonly memoryUsedBytes: number | null
  readonly vms: readonly HostVm[]
  readonly pools: readonly StoragePool[]
  readonly networks: readonly Network[]
}

/** Capacity that was granted on a host but is not yet defined there. */
export type Reserved = { readonly vcpus: number; readonly memoryBytes: number }

/** A VM that a department has: it should be on its host. */
export type Granted = { readonly vmId: VmId; readonly name: string }

/** Whose a VM is, and what is being done to it. */
export type VmLabels = {
  readonly departmentId: DepartmentId | null
  readonly applicationId: ApplicationId | null
  readonly jobId: JobId | null
}
