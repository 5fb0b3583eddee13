import type { Host } from '#contract/hosts.ts'

/** The busiest minute of the last hour, 0..1; null when nothing was measured. */
export function peakCpu({ cpuTrend, cpuFraction }: Pick<Host, 'cpuTrend' | 'cpuFraction'>): number | null {
  const known = [...cpuTrend, cpuFraction].filter(value => value !== null)
  return known.length === 0 ? null : Math.max(...known)
}

/** One of five shades for a share: below 20 %, 40 %, 60 %, 80 %, and above. */
export const heatOf = (fraction: number): number => Math.min(4, Math.floor(Math.max(0, fraction) * 5))
