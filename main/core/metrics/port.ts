import type { Sample, Subject, SubjectSample } from './model.ts'

/** Where samples stay. */
export type MetricsStore = {
  readonly append: (samples: readonly SubjectSample[]) => Promise<void>
  /**
   * Samples with from ≤ at < until, oldest first, thinned out to `maxPoints` at most. Where one of those that make a point
   * knows nothing at all, neither does the point: a gap stays one, however short.
   */
  readonly range: (subject: Subject, from: number, until: number, maxPoints: number) => Promise<readonly Sample[]>
}
