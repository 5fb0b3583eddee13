import type { Review } from '#contract/requests.ts'

/** A review in one word: can be approved, can be with something to look at, cannot be. */
export type Verdict = 'passes' | 'notice' | 'blocked'

/**
 * @param review  what the core says; its obstacles forbid approval
 */
export function verdictOf(review: Review): Verdict {
  if (review.obstacles.length > 0 || review.preview.chosen === null) return 'blocked'
  return review.preview.reserveKept === true && review.preview.moreLikeThis > 0 ? 'passes' : 'notice'
}
