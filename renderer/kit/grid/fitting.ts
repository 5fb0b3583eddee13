import type { Column } from './column.ts'

/**
 * The columns that stand side by side in a width: the ones of the highest rank are left out first, those without a rank
 * never.
 *
 * @param width  px; 0: not measured yet, then all
 */
export function fittingColumns<Row>(columns: readonly Column<Row>[], width: number): readonly Column<Row>[] {
  if (width === 0) return columns
  let kept = columns
  const isTooWide = () => kept.reduce((sum, column) => sum + column.width, 0) > width
  while (isTooWide()) {
    const rank = Math.max(0, ...kept.map(column => column.rank ?? 0))
    if (rank === 0) break
    const last = kept.findLastIndex(column => column.rank === rank)
    kept = kept.toSpliced(last, 1)
  }
  return kept
}
