import type { AppError, Fault } from '#contract/errors.ts'
import type { Credential, Network, StoragePool } from '#contract/hosts.ts'
import type { HostId } from '#contract/ids.ts'
import type { VmState } from '#contract/vms.ts'

/** Where a machine is and how the core proves who it is there. */
export type HostTarget = {
  readonly hostId: HostId
  readonly address: string
  readonly port: number
  readonly user: string
  readonly credential: Credential
  /** `SHA256:…` of the one key that this machine may show; null: none is trusted yet, so every key is refused. */
  readonly fingerprint: string | null
  /** libvirt's URI as the machine itself would say it; null: the usual one, `qemu:///system`. */
  readonly uri: string | null
}

/** What does not change while a machine runs. */
export type HostFacts = {
  /** libvirt's own id of the machine. */
  readonly machineUuid: string | null
  readonly hostname: string
  readonly arch: string
  readonly cpuModel: string | null
  readonly sockets: number
  readonly cores: number
  readonly cpuThreads: number
  readonly memoryBytes: number
  /** `9.0.0` */
  readonly libvirtVersion: string
  readonly hypervisorVersion: string | null
  readonly model: string | null
  readonly serial: string | null
  /** Whether guests of the machine's own architecture run on its processor or are emulated. */
  readonly virtualisation: 'kvm' | 'qemu'
}

/** What this product wrote into a VM's definition when it made it. */
export type VmMark = {
  readonly jobId: string | null
  readonly grantId: string | null
  readonly departmentId: string | null
  readonly applicationId: string | null
}

export type HostVm = {
  readonly uuid: string
  readonly name: string
  readonly title: string | null
  readonly state: VmState
  /** libvirt's reason within the state: of `shutoff`, 3 is crashed. */
  readonly reason: number
  readonly vcpus: number
  readonly memoryBytes: number
  readonly diskBytes: number | null
  readonly diskUsedBytes: number | null
  readonly mark: VmMark | null
}

/** What a machine has. With `faults` it is partial: what could not be read in time is missing, and why. */
export type Inventory = {
  readonly vms: readonly HostVm[]
  readonly pools: readonly StoragePool[]
  readonly networks: readonly Network[]
  readonly faults: readonly Fault[]
  /** What could not be listed at all; it is then empty here. */
  readonly unread: readonly ('pools' | 'networks')[]
}

/** Counters and levels of one subject at one moment. A counter only grows, until its `life` changes. */
export type Reading = {
  /** ms from an arbitrary start that never goes back. */
  readonly monotonicMs: number
  /** ms since 1970, UTC, by our clock. */
  readonly at: number
  /** Differs when counters began anew: libvirt's id of the running domain. */
  readonly life: number
  readonly cpuBusyMs: number | null
  /** Busy and idle together; null: as many ms as passed, times `cpuThreads`. */
  readonly cpuTotalMs: number | null
  readonly cpuThreads: number
  readonly memoryUsedBytes: number | null
  readonly diskBytes: number | null
  readonly networkBytes: number | null
}

/** One VM as the bulk call of a poll tells it; figures that the driver does not tell are null. */
export type VmPoll = {
  readonly uuid: string
  readonly name: string
  /** It has a drive that its definition, as it was read, does not name. */
  readonly isRedefined: boolean
  readonly state: VmState
  readonly reason: number
  readonly vcpus: number | null
  readonly memoryBytes: number | null
  readonly diskBytes: number | null
  readonly diskUsedBytes: number | null
  readonly reading: Reading
}
export type Poll = {
  readonly host: Reading
  readonly vms: readonly VmPoll[]
}

export type Volume = { readonly name: string; readonly path: string; readonly capacityBytes: number }
export type NewVolume = { readonly name: string; readonly capacityBytes: number; readonly format: 'qcow2' }

export type CallOptions = { readonly signal?: AbortSignal; readonly deadlineMs?: number }

/**
 * One machine, connected: one SSH connection, and libvirt connections for acts, for bulk reading and for pools and networks. Nothing here reconnects: when
 * `closed` resolves it is of no more use. Every call ends within its deadline.
 *
 * Acts say what they want, not how: what is already so is done (starting a running VM, undefining one that is gone), so
 * that recovery after a crash may call them again.
 *
 * @throws {AppError} host/silent (no answer in time), host/lost (connection ended), vm/not-found, vm/wrong-state,
 *   libvirt/failed (anything else that libvirt refuses)
 */
export type HostLink = {
  readonly hostId: HostId
  /** Resolves with the cause once the connection is gone; after `close()` with `host/lost`. */
  readonly closed: Promise<AppError>
  readonly facts: (options?: CallOptions) => Promise<HostFacts>
  /** VMs, pools and networks; partial after `deadlineMs` (default 20 s), with the causes. */
  readonly inventory: (options?: CallOptions) => Promise<Inventory>
  /** One bulk statistics call for all VMs, and the machine's own counters. */
  readonly poll: (options?: CallOptions) => Promise<Poll>
  /** Host clock minus ours, exact to about half of one round trip; null: the machine did not tell, or too slowly to say. */
  readonly clockOffsetMs: (options?: CallOptions) => Promise<number | null>
  /** Tells a VM's UUID whenever libvirt says that it changed. Returns how to stop that. */
  readonly onVmChanged: (listener: (uuid: string) => void) => () => void
  /**
   * What libvirt told of a VM's reboot since `rebootVm` was called. `unheard`: that was over another link, and nothing was
   * told over this one, so it may have been told while nobody listened.
   */
  readonly rebootOf: (uuid: string) => 'told' | 'untold' | 'unheard'
  /** Tells that a pool or a network came, went, started, stopped or was refreshed. Returns how to stop that. */
  readonly onPartsChanged: (listener: () => void) => () => void
  /** A VM with its present state and definition; null: there is none of that UUID. */
  readonly findVm: (uuid: string, options?: CallOptions) => Promise<HostVm | null>
  readonly vmState: (uuid: string, options?: CallOptions) => Promise<VmState>
  /** Domain XML as it is now, without secrets. */
  readonly describeVm: (uuid: string, options?: CallOptions) => Promise<string>
  /** Defines, or redefines the VM of the same UUID. */
  readonly defineVm: (xml: string, options?: CallOptions) => Promise<void>
  readonly startVm: (uuid: string, options?: CallOptions) => Promise<void>
  /** Asks the guest to shut down and returns; it may take minutes, or ignore it. */
  readonly shutdownVm: (uuid: string, options?: CallOptions) => Promise<void>
  /** Asks the guest to reboot and returns; it may ignore it. Not repeatable without a second reboot. */
  readonly rebootVm: (uuid: string, options?: CallOptions) => Promise<void>
  readonly forceOffVm: (uuid: string, options?: CallOptions) => Promise<void>
  /** Forgets the definition, NVRAM and saved states included; never a disk. Refused while the VM runs. */
  readonly undefineVm: (uuid: string, options?: CallOptions) => Promise<void>
  /** Makes a volume; one that is there with that name and capacity counts as made. */
  readonly createVolume: (pool: string, volume: NewVolume, options?: CallOptions) => Promise<Volume>
  readonly findVolume: (pool: string, name: string, options?: CallOptions) => Promise<Volume | null>
  readonly deleteVolume: (pool: string, name: string, options?: CallOptions) => Promise<void>
  readonly close: () => Promise<void>
}
