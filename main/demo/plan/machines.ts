import { MAX_PEAK, MAX_PEAK_WITH_BURSTS, type Activity } from '#demo/load/activity.ts'
import { meanLevel, rhythms } from '#demo/load/rhythm.ts'
import { departments, tiers, type ApplicationSeed, type DepartmentSeed, type PlatformCode, type Tier } from './city.ts'
import { threadsOf, type ServerModel } from './hardware.ts'
import { diceOf, macOf, mix, seedOf, uuidOf, type Dice } from './hash.ts'

export type DiskPlan = { readonly target: string; readonly volume: string; readonly capacityBytes: number }

/** One virtual machine as it stands when the centre is opened. */
export type MachinePlan = {
  readonly uuid: string
  readonly name: string
  readonly title: string
  readonly description: string
  readonly department: string
  readonly application: string
  readonly vcpus: number
  readonly memoryKiB: number
  readonly disks: readonly DiskPlan[]
  readonly network: string
  readonly mac: string
  readonly isRunning: boolean
  readonly autostart: boolean
  readonly activity: Activity
  readonly seed: number
}

const GIB = 1024 ** 3
const KIB_PER_GIB = 1024 ** 2
const sizesGiB = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64]
const vcpuSteps = [1, 2, 4, 8, 12, 16]
/** Of memory: kept for the host itself. */
export const HOST_RESERVE_GIB = 4
/** Virtual CPUs per thread; beyond it a planner gives less. */
const OVERCOMMIT = 2.6

type Part = { readonly department: DepartmentSeed; readonly application: ApplicationSeed; readonly tier: Tier }

/** Every part of every application of a platform, in an order that mixes departments; repeats for ever. */
export function* partsOf(platform: PlatformCode, seed: number): Generator<Part & { readonly number: number }, never> {
  const owned = departments.flatMap(department =>
    department.applications
      .filter(application => application.platform === platform)
      .map(application => ({ department, application, order: seedOf(seed, application.code) })),
  )
  owned.sort((a, b) => a.order - b.order)
  const counted = new Map<string, number>()
  for (let round = 0; ; round++) {
    for (const [index, { department, application }] of owned.entries()) {
      const tier = tiers[(round + index) % tiers.length] as Tier
      const key = `${application.code}-${tier.code}`
      const number = (counted.get(key) ?? 0) + 1
      counted.set(key, number)
      yield { department, application, tier, number }
    }
  }
}

const nearest = (choices: readonly number[], wanted: number): number =>
  choices.reduce((best, choice) => (Math.abs(choice - wanted) < Math.abs(best - wanted) ? choice : best))

function activityOf(part: Part, dice: Dice, seed: number): Activity {
  const rhythm = part.tier.rhythm ?? part.application.rhythm
  const bursty = rhythm === 'batch' || (rhythm !== 'idle' && dice.chance(0.15))
  const idle = rhythm === 'idle'
  const wanted = idle ? 0.03 : dice.between(0.25, 0.62)
  const peakFraction = Math.min(wanted, bursty ? MAX_PEAK_WITH_BURSTS : MAX_PEAK)
  const burstMs = bursty ? dice.between(60_000, 400_000) : 0
  return { rhythm, floorFraction: Math.min(dice.between(0.004, 0.02), peakFraction), peakFraction, burstMs, seed }
}

function disksOf(part: Part, name: string, dice: Dice, bytesPerMachine: number): readonly DiskPlan[] {
  const system = nearest([20, 40, 60, 80, 100], (bytesPerMachine / GIB) * dice.between(0.35, 0.6)) * GIB
  const disks = [{ target: 'vda', volume: `${name}.qcow2`, capacityBytes: system }]
  if (part.tier.data === 'none') return disks
  const data = nearest([50, 100, 200, 300, 500, 800, 1_000], (bytesPerMachine / GIB) * dice.between(1.6, 2.6)) * GIB
  return [...disks, { target: 'vdb', volume: `${name}-data.qcow2`, capacityBytes: data }]
}

export type Filling = {
  readonly machines: number
  /** Share of the host's memory that is promised, 0..1. */
  readonly memoryFraction: number
  /** Busy share of the host's threads that its machines reach together in the busiest hours, about. */
  readonly peakFraction: number
}

/**
 * The machines of one host.
 * @param parts    where the next application part comes from; shared by the hosts of a platform
 * @param network  name of the network for each level
 */
export function planMachines(
  model: ServerModel,
  filling: Filling,
  parts: Iterator<Part & { readonly number: number }, never>,
  networkOf: (application: ApplicationSeed) => string,
  seed: number,
): readonly MachinePlan[] {
  const dice = diceOf(mix(seed, 1))
  const threads = threadsOf(model)
  const budgetGiB = Math.floor(model.memoryGiB * filling.memoryFraction) - HOST_RESERVE_GIB
  const diskBytes = (model.storageGiB * GIB * 0.9) / filling.machines
  let leftGiB = budgetGiB
  let leftVcpus = Math.floor(threads * OVERCOMMIT)
  return Array.from({ length: filling.machines }, (_, index) => {
    const part = parts.next().value
    const machinesLeft = filling.machines - index
    const fairGiB = leftGiB / machinesLeft
    const mostGiB = Math.max(1, leftGiB - (machinesLeft - 1))
    const fitting = sizesGiB.filter(size => size <= mostGiB)
    const memoryGiB = nearest(fitting, fairGiB * part.tier.size * dice.between(0.7, 1.4))
    const vcpus = nearest(
      vcpuSteps,
      Math.min(memoryGiB / dice.pick([1.6, 2, 2.6]), leftVcpus / machinesLeft, threads / 2),
    )
    leftGiB -= memoryGiB
    leftVcpus -= vcpus
    const own = mix(seed, 1_000 + index)
    const name = `${part.department.code}-${part.application.code}-${part.tier.code}-${String(part.number).padStart(2, '0')}`
    const isRunning = part.tier.code === 'test' ? dice.chance(0.6) : dice.chance(0.97)
    return {
      uuid: uuidOf(own),
      name,
      title: `${part.application.name} ${part.tier.name} ${part.number}`,
      description: `${part.department.name} · ${part.application.name} · ${part.tier.name}`,
      department: part.department.code,
      application: part.application.code,
      vcpus,
      memoryKiB: memoryGiB * KIB_PER_GIB,
      disks: disksOf(part, name, dice, diskBytes),
      network: networkOf(part.application),
      mac: macOf(own),
      isRunning,
      autostart: isRunning && dice.chance(0.9),
      activity: activityOf(part, dice, own),
      seed: own,
    }
  })
}

/** Scales the machines' load so that together they reach the host's peak, as far as single machines allow. */
export function scaleLoad(
  machines: readonly MachinePlan[],
  threads: number,
  peakFraction: number,
): readonly MachinePlan[] {
  const running = machines.filter(machine => machine.isRunning)
  const wanted = running.reduce((sum, { vcpus, activity }) => sum + vcpus * activity.peakFraction, 0)
  const factor = (threads * peakFraction) / Math.max(wanted, 0.01)
  return machines.map(machine => {
    const { activity } = machine
    if (activity.rhythm === 'idle') return machine
    const limit = activity.burstMs > 0 ? MAX_PEAK_WITH_BURSTS : MAX_PEAK
    const peak = Math.max(activity.floorFraction, Math.min(limit, activity.peakFraction * factor))
    return { ...machine, activity: { ...activity, peakFraction: peak } }
  })
}

/** Mean busy share of one virtual CPU over a long time, 0..1. */
export const meanLoad = ({ rhythm, floorFraction, peakFraction }: Activity): number =>
  floorFraction + (peakFraction - floorFraction) * meanLevel(rhythms[rhythm])
