const steps = [1, 2, 4, 6, 8, 10]

/**
 * A round number at or above the largest value, for the top of a scale whose half is round too.
 *
 * @param unit  how much of the values' unit makes one of the unit that is shown
 */
export function roundTop(series: readonly { readonly values: readonly (number | null)[] }[], unit: number): number {
  const largest = Math.max(0, ...series.flatMap(one => one.values.map(value => value ?? 0))) / unit
  if (largest === 0) return unit
  const power = 10 ** Math.floor(Math.log10(largest))
  return (steps.find(step => step * power >= largest) ?? 10) * power * unit
}
