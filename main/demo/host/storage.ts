import type { PoolPlan } from '#demo/plan/centre.ts'
import { unitAt } from '#demo/plan/hash.ts'

const DAY_MS = 86_400_000
/** Disk use is counted from here on, so that it is the same function of time after every start. */
const GROWTH_FROM = Date.UTC(2025, 0, 1)
/** What an empty qcow2 file occupies. */
export const EMPTY_IMAGE_BYTES = 200_704
/** A directory tree and its journal. */
const POOL_OVERHEAD_BYTES = 180 * 2 ** 20

export type Volume = {
  readonly name: string
  format: string
  capacityBytes: number
  /** Bytes it occupies at a time. */
  allocationBytes: (at: number) => number
  createdAt: number
  /** What was uploaded, as far as it is kept. */
  content: Buffer | null
}

/** Occupied bytes of a machine's disk: filled partly from the beginning, and slowly more. */
export function growingAllocation(capacityBytes: number, seed: number): (at: number) => number {
  const first = 0.22 + 0.4 * unitAt(seed, 31)
  const room = (0.93 - first) * unitAt(seed, 32)
  return at => {
    const days = Math.max(0, (at - GROWTH_FROM) / DAY_MS)
    return Math.floor((capacityBytes * (first + room * (1 - Math.exp(-days / 900)))) / 4096) * 4096
  }
}

/** A directory pool in the memory of the simulator. */
export class SimulatedPool {
  readonly name: string
  readonly uuid: string
  readonly path: string
  readonly capacityBytes: number
  readonly volumes = new Map<string, Volume>()
  isActive: boolean
  isPersistent: boolean
  autostart: boolean

  constructor(
    facts: Pick<PoolPlan, 'name' | 'uuid' | 'path' | 'capacityBytes'>,
    isActive: boolean,
    isPersistent = true,
  ) {
    this.name = facts.name
    this.uuid = facts.uuid
    this.path = facts.path
    this.capacityBytes = facts.capacityBytes
    this.isActive = isActive
    this.isPersistent = isPersistent
    this.autostart = isActive && isPersistent
  }

  get ref(): { name: string; uuid: string } {
    return { name: this.name, uuid: this.uuid }
  }

  pathOf(volume: Volume): string {
    return `${this.path}/${volume.name}`
  }

  add(volume: Volume): void {
    this.volumes.set(volume.name, volume)
  }

  allocationBytes(at: number): number {
    let sum = POOL_OVERHEAD_BYTES
    for (const volume of this.volumes.values()) sum += volume.allocationBytes(at)
    return Math.min(sum, this.capacityBytes)
  }

  availableBytes(at: number): number {
    return this.capacityBytes - this.allocationBytes(at)
  }
}
