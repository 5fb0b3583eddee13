import type { Assessment, PlacementNeed } from './model.ts'

type Vector = readonly [cpu: number, memory: number, storage: number]

/**
 * Hosts that fit, best first. The cost of a host is the sum of two terms, each of the order of one:
 *
 * - **stranding**: how much the machine unbalances what is left there, relative to its own size. Room is unbalanced by
 *   mean − minimum of its three shares: what the scarcest resource will leave unused. A machine whose shape is that of
 *   the room costs nothing here (the idea of the dot-product heuristics for vector packing), one that mends an old
 *   imbalance earns something.
 * - **left over**: mean share left after placing. The tightest host wins (best fit), which keeps the largest hole of
 *   the platform whole for the largest machine to come.
 *
 * Shares are of the most room that any fitting host has, so that hosts of different size compare. Equal costs go by
 * name, then by id: the same input always gives the same host.
 *
 * @source Panigrahy, Talwar, Uyeda, Wieder: Heuristics for Vector Bin Packing (2011), for dot product and best fit
 */
export function rankFitting(fitting: readonly Assessment[], need: PlacementNeed): Assessment[] {
  const largest = fitting
    .map(roomVector)
    .reduce<Vector>(
      ([cpu, memory, storage], room) => [Math.max(cpu, room[0]), Math.max(memory, room[1]), Math.max(storage, room[2])],
      [1, 1, 1],
    )
  const share = ([cpu, memory, storage]: Vector): Vector => [
    cpu / largest[0],
    memory / largest[1],
    storage / largest[2],
  ]
  const asked = share([need.vcpus, need.memoryBytes, need.diskBytes])
  return fitting
    .map(assessment => ({ assessment, cost: costOf(share(roomVector(assessment)), asked) }))
    .sort((a, b) => a.cost - b.cost || byName(a.assessment, b.assessment))
    .map(({ assessment }) => assessment)
}

/** By code unit, not by locale: the order must not depend on the machine that computes it. */
export function byName(a: Assessment, b: Assessment): number {
  return compare(a.host.name, b.host.name) || compare(a.host.hostId, b.host.hostId)
}

function costOf(free: Vector, asked: Vector): number {
  const left: Vector = [free[0] - asked[0], free[1] - asked[1], free[2] - asked[2]]
  const size = mean(asked)
  const stranding = size === 0 ? 0 : (imbalance(left) - imbalance(free)) / size
  return stranding + mean(left)
}

function imbalance(vector: Vector): number {
  return mean(vector) - Math.min(...vector)
}

function mean(vector: Vector): number {
  return (vector[0] + vector[1] + vector[2]) / 3
}

function roomVector({ room }: Assessment): Vector {
  return [room.cpu?.left ?? 0, room.memory?.left ?? 0, room.pool?.left ?? 0]
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
