/** One resource of one host, as the failure reserve sees it. */
export type ReserveMember = {
  /** What the host may promise in all; null: not known. */
  readonly promisable: number | null
  readonly isReachable: boolean
}

/**
 * How much of one resource a group of like hosts holds back so that the rest can take over when hosts are lost: what
 * its `reserveHosts` largest hosts may promise, or what all its unreachable hosts may promise if that is more (they may
 * be lost already). The group must be of one architecture: no other host could take its machines over.
 *
 * If everything promised fits into Σ promisable − reserve, then whichever `reserveHosts` hosts fail, the free room of
 * the others adds up to what they carried. It is a statement on sums: it does not pack single machines.
 *
 * @param reserveHosts  0: nothing is held back
 * @returns             same unit as `promisable`; hosts of unknown size add nothing; null when no size is known
 */
export function heldInReserve(group: readonly ReserveMember[], reserveHosts: number): number | null {
  const sizes: number[] = []
  let unreachable = 0
  for (const { promisable, isReachable } of group) {
    if (promisable === null) continue
    sizes.push(promisable)
    if (!isReachable) unreachable += promisable
  }
  if (sizes.length === 0) return null
  if (reserveHosts === 0) return 0
  const largest = sizes.sort((a, b) => b - a).slice(0, reserveHosts)
  return Math.max(
    unreachable,
    largest.reduce((sum, size) => sum + size, 0),
  )
}
