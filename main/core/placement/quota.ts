import type { ErrorData } from '#contract/errors.ts'
import type { Amounts } from '#contract/quantities.ts'

/** Keys of `Amounts` with the pool that each is of, in the order in which people read them. */
const resources = [
  ['vcpus', 'cpu'],
  ['memoryBytes', 'memory'],
  ['storageBytes', 'storage'],
] as const

/**
 * The limit that forbids a grant, with all the numbers that its sentence needs; null when none does. Of several, the
 * one that is exceeded by the largest part of its limit. Exactly reaching a limit is allowed.
 *
 * @param used      of grants that have their machine
 * @param reserved  of grants still being carried out; they hold quota all the same
 */
export function quotaShortage(
  limit: Amounts,
  used: Amounts,
  reserved: Amounts,
  asked: Amounts,
): ErrorData<'quota/short'> | null {
  const shortages = resources
    .map(([key, pool]) => ({ pool, limit: limit[key], used: used[key], reserved: reserved[key], asked: asked[key] }))
    .filter(each => each.asked > 0 && each.used + each.reserved + each.asked > each.limit)
  const excess = (each: ErrorData<'quota/short'>) => (each.used + each.reserved + each.asked) / each.limit
  return shortages.reduce<ErrorData<'quota/short'> | null>(
    (worst, each) => (worst === null || excess(each) > excess(worst) ? each : worst),
    null,
  )
}
