import { hostCpu } from '#demo/rpc/host-procedures.ts'
import { unitAt } from '#demo/plan/hash.ts'
import type { SimulatedHost } from '#demo/host/host.ts'

const SAMPLE_MS = 1_000
/** Published curves come from lean machines; more memory, disks and a second supply draw this much more. */
const equipmentFactor = (seed: number): number => 1.12 + 0.22 * unitAt(seed, 61)

/** Watts at a load of 0..1, linear between the points of the curve. */
function wattsAt(curve: readonly number[], loadFraction: number): number {
  const position = Math.min(Math.max(loadFraction, 0), 1) * (curve.length - 1)
  const left = Math.min(Math.floor(position), curve.length - 2)
  const [low = 0, high = 0] = curve.slice(left, left + 2)
  return low + (high - low) * (position - left)
}

/** What the host draws from the wall, averaged over the ms before `at`. */
export function hostWatts(host: SimulatedHost, at: number, overMs = SAMPLE_MS): number {
  const [before, now] = [hostCpu(host, at - overMs), hostCpu(host, at)]
  const busyMs = now.kernelMs + now.userMs - before.kernelMs - before.userMs
  const watts = wattsAt(host.plan.model.watts, busyMs / overMs / host.threads)
  return watts * equipmentFactor(host.plan.seed)
}

/** As `ipmitool dcmi power reading` prints it; whole watts, as the boards tell it. */
export function dcmiReading(host: SimulatedHost, at: number): string {
  const now = Math.round(hostWatts(host, at))
  const average = Math.round(hostWatts(host, at, 600_000))
  const lowest = Math.round((host.plan.model.watts[0] ?? 0) * equipmentFactor(host.plan.seed))
  const highest = Math.max(now, Math.round(hostWatts(host, at, 60_000) * 1.08), average)
  const row = (label: string, value: string) => `    ${label.padEnd(43)}${value}\n`
  const watts = (value: number) => `${String(value).padStart(6)} Watts`
  const stamp = new Date(at).toUTCString().replace(/^(\w+), (\d+) (\w+) (\d+) ([\d:]+) GMT$/, '$1 $3 $2 $5 $4')
  return [
    '\n',
    row('Instantaneous power reading:', watts(now)),
    row('Minimum during sampling period:', watts(Math.min(lowest, now))),
    row('Maximum during sampling period:', watts(highest)),
    row('Average power reading over sample period:', watts(average)),
    row('IPMI timestamp:', stamp),
    row('Sampling period:', '00000001 Seconds.'),
    row('Power reading state is:', 'activated'),
    '\n\n',
  ].join('')
}
