import type { ErrorData } from '#contract/errors.ts'
import type { Host, Network, StoragePool } from '#contract/hosts.ts'
import type { RuleResult } from '#contract/placement.ts'
import type { Platform } from '#contract/site.ts'

/** A storage pool; without `type` it is taken for a local one, else see `poolKey` in pools for which are shared. */
export type PlacementPool = Readonly<
  Pick<StoragePool, 'name' | 'isActive' | 'capacityBytes' | 'promisedBytes' | 'freeBytes'>
> & { readonly type?: string }

/** A host as placement sees it: a row of the contract's hosts plus two claims. Null: not known. */
export type PlacementHost = Readonly<
  Pick<
    Host,
    | 'hostId'
    | 'name'
    | 'platformId'
    | 'arch'
    | 'cpuThreads'
    | 'memoryBytes'
    /** Promised: machines defined there plus reservations not yet carried out. */
    | 'promisedVcpus'
    | 'promisedMemoryBytes'
  >
> & {
  readonly isReachable: boolean
  /** Its figures are recent enough to decide on. */
  readonly isFresh: boolean
  readonly pools: readonly PlacementPool[]
  readonly networks: readonly Readonly<Pick<Network, 'name' | 'isActive'>>[]
}

/** The one platform that is placed on, and its rules. */
export type PlacementPlatform = Readonly<Pick<Platform, 'platformId' | 'cpuOvercommit' | 'reserveHosts'>>

/** What one machine needs; a request of the contract is one. */
export type PlacementNeed = {
  readonly arch: string
  readonly vcpus: number
  readonly memoryBytes: number
  readonly diskBytes: number
  /** Name of a network; null: none. */
  readonly network: string | null
}

/** One resource: what may be promised in all, what is promised, and what is left (0 or more). */
export type Room = { readonly limit: number; readonly promised: number; readonly left: number }

/** A host's room by resource; null: not known. `pool` is its active pool with the most room. */
export type HostRoom = {
  readonly cpu: Room | null
  readonly memory: Room | null
  readonly pool: (Room & { readonly name: string }) | null
}

/** What hosts of one architecture may still promise with the reserve kept. */
export type ReserveRoom = {
  readonly cpu: (Room & { readonly held: number }) | null
  readonly memory: (Room & { readonly held: number }) | null
  /** Some host's size or architecture is not known: there may be more room, never less. */
  readonly mayBeMore: boolean
}

/** One host with every rule tried on it. */
export type Assessment = {
  readonly host: PlacementHost
  readonly room: HostRoom
  readonly rules: readonly RuleResult[]
  readonly fits: boolean
}

/** Why nothing fits, ready to be thrown or shown. */
export type PlacementFault =
  | { readonly code: 'pool/short'; readonly data: ErrorData<'pool/short'> }
  | { readonly code: 'request/no-host-fits'; readonly data: ErrorData<'request/no-host-fits'> }
