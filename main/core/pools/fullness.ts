import type { Capacity } from '#contract/pools.ts'

const TIGHT_PROMISED = 0.85
const BUSY_USED = 0.8
const STRAINED_USED = 0.9

/**
 * How near a platform is to the end of one kind of capacity, by the worse of two shares: what is promised of what may
 * be promised, and what is used of what is there. Of two equally bad ones the promise is named, for it bars the next request.
 *
 * @returns null while either what may be promised or what is promised is not known
 */
export function fullness(amounts: Omit<Capacity, 'state'>): Capacity['state'] {
  const { promised, promisable, used, physical } = amounts
  if (promised === null || promisable === null) return null
  const usedShare = used === null || physical === null || physical === 0 ? 0 : used / physical
  if (promised >= promisable) return 'full'
  if (usedShare >= STRAINED_USED) return 'strained'
  if (promised >= promisable * TIGHT_PROMISED) return 'tight'
  return usedShare >= BUSY_USED ? 'busy' : 'ample'
}
