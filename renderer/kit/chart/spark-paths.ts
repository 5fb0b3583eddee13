/**
 * SVG paths of a small line chart of shares. A run of one value becomes a short dash, so that it can be seen.
 *
 * @param values  0..1, oldest first; null is a gap
 * @returns       the line, and the area below it, as path data
 */
export function sparkPaths(
  values: readonly (number | null)[],
  width: number,
  height: number,
): { readonly line: string; readonly area: string } {
  const step = values.length > 1 ? width / (values.length - 1) : width
  const y = (value: number) => (height - 1 - Math.min(Math.max(value, 0), 1) * (height - 2)).toFixed(1)
  let line = ''
  let area = ''
  let run: (readonly [number, string])[] = []
  const finish = () => {
    const [first] = run
    const last = run.at(-1)
    if (!first || !last) return
    const points = run.length > 1 ? run : [first, [first[0] + Math.max(1, step / 2), first[1]] as const]
    const path = points.map(([x, at]) => `${x.toFixed(1)} ${at}`).join('L')
    line += `M${path}`
    const right = points.at(-1)?.[0] ?? last[0]
    area += `M${first[0].toFixed(1)} ${height}L${path}L${right.toFixed(1)} ${height}Z`
    run = []
  }
  values.forEach((value, i) => {
    if (value === null) finish()
    else run.push([i * step, y(value)])
  })
  finish()
  return { line, area }
}
