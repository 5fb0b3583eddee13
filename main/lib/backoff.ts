/** How long to wait before try number `attempt` (0 = first retry): doubles up to `maxMs`, with full jitter above half. */
export function backoffMs(attempt: number, random: () => number, baseMs = 500, maxMs = 30_000): number {
  const ceiling = Math.min(maxMs, baseMs * 2 ** Math.min(attempt, 16))
  return Math.round(ceiling / 2 + (random() * ceiling) / 2)
}
