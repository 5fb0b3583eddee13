import type { Capacity } from '#contract/pools.ts'

const TIGHT_PROMISED = 0.85
const TIGHT_USED = 0.8
const FULL_USED = 0.9

/**
 * How near a platform is to the end of one kind of capacity, by the worse of two shares: what is promised of what may
 * be promised, and what is used of what is there.
 *
 * @returns null while either what may be promised or what is promised is not known
 */
export function fullness(amounts: Omit<Capacity, 'state'>): Capacity['state'] {
  const { promised, promisable, used, physical } = amounts
  if (promised === null || promisable === null) return null
  const usedShare = used === null || physical === null || physical === 0 ? 0 : used / physical
  if (promised >= promisable || usedShare >= FULL_USED) return 'full'
  return promised >= promisable * TIGHT_PROMISED || usedShare >= TIGHT_USED ? 'tight' : 'ample'
}
