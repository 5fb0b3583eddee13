import { platforms, type ApplicationSeed, type PlatformCode } from './city.ts'
import { serverRows, threadsOf, type ServerModel } from './hardware.ts'
import { diceOf, seedOf, uuidOf } from './hash.ts'
import { partsOf, planMachines, scaleLoad, type Filling, type MachinePlan } from './machines.ts'

export type NetworkPlan = { readonly name: string; readonly uuid: string; readonly bridge: string }

export type PoolPlan = {
  readonly name: string
  readonly uuid: string
  readonly path: string
  readonly capacityBytes: number
  /** Volumes that belong to no machine: installed systems to copy from. */
  readonly templates: readonly { readonly name: string; readonly capacityBytes: number; readonly usedBytes: number }[]
}

/** One simulated host before anything has happened to it. Plain data, a pure function of the seed. */
export type HostPlan = {
  readonly name: string
  readonly platform: PlatformCode
  readonly model: ServerModel
  readonly serial: string
  readonly rack: string
  readonly uuid: string
  readonly seed: number
  readonly pools: readonly PoolPlan[]
  readonly networks: readonly NetworkPlan[]
  readonly machines: readonly MachinePlan[]
}

const GIB = 1024 ** 3
const shortNames: Readonly<Record<PlatformCode, string>> = { internet: 'hlw', 'gov-extranet': 'zww' }
const networkNames: Readonly<Record<PlatformCode, readonly [byLevel2: string, byLevel3: string]>> = {
  internet: ['internet-app', 'internet-app'],
  'gov-extranet': ['extranet-app', 'extranet-core'],
}
const manageNetwork = 'manage'
/**
 * Hosts in the order of their row: how much of each is promised and how busy it gets. The internet platform can lose its
 * largest host and carry on; the other one is fuller, with a host that is nearly full.
 */
const fillings: Readonly<Record<PlatformCode, readonly Omit<Filling, 'machines'>[]>> = {
  internet: [
    { memoryFraction: 0.96, peakFraction: 0.62 },
    { memoryFraction: 0.46, peakFraction: 0.48 },
    { memoryFraction: 0.55, peakFraction: 0.55 },
    { memoryFraction: 0.34, peakFraction: 0.34 },
  ],
  'gov-extranet': [
    { memoryFraction: 0.96, peakFraction: 0.62 },
    { memoryFraction: 0.72, peakFraction: 0.48 },
    { memoryFraction: 0.83, peakFraction: 0.55 },
    { memoryFraction: 0.58, peakFraction: 0.34 },
  ],
}

const systems: Readonly<Record<ServerModel['arch'], readonly string[]>> = {
  x86_64: ['kylin-server-v10.qcow2', 'openeuler-22.03-lts.qcow2', 'debian-12.qcow2'],
  aarch64: ['kylin-server-v10-arm.qcow2', 'openeuler-22.03-lts-arm.qcow2'],
}

function poolsOf(model: ServerModel, seed: number): readonly PoolPlan[] {
  const dice = diceOf(seedOf(seed, 'pools'))
  return [
    {
      name: 'default',
      uuid: uuidOf(seedOf(seed, 'pool', 'default')),
      path: '/var/lib/libvirt/images',
      capacityBytes: model.storageGiB * GIB,
      templates: [],
    },
    {
      name: 'templates',
      uuid: uuidOf(seedOf(seed, 'pool', 'templates')),
      path: '/srv/templates',
      capacityBytes: 200 * GIB,
      templates: systems[model.arch].map(name => ({
        name,
        capacityBytes: 20 * GIB,
        usedBytes: Math.round(dice.between(1.4, 3.2) * GIB),
      })),
    },
  ]
}

function networksOf(platform: PlatformCode, seed: number): readonly NetworkPlan[] {
  return [...new Set([...networkNames[platform], manageNetwork])].map((name, index) => ({
    name,
    uuid: uuidOf(seedOf(seed, 'network', name)),
    bridge: `br${index}`,
  }))
}

function planHost(
  platform: PlatformCode,
  row: number,
  parts: ReturnType<typeof partsOf>,
  centreSeed: number,
): HostPlan {
  const models = serverRows[platform]
  const model = models[row % models.length] as ServerModel
  const seed = seedOf(centreSeed, platform, row)
  const ofPlatform = fillings[platform]
  const filling = { machines: model.machines, ...(ofPlatform[row % ofPlatform.length] as (typeof ofPlatform)[number]) }
  const networkOf = ({ level }: ApplicationSeed) => networkNames[platform][level >= 3 ? 1 : 0]
  const machines = planMachines(model, filling, parts, networkOf, seed)
  const number = String(row + 1).padStart(2, '0')
  return {
    name: `${shortNames[platform]}-${model.code}-${number}`,
    platform,
    model,
    serial: `YL${seed.toString(36).toUpperCase().padStart(7, '0')}`,
    rack: `${platform === 'internet' ? 'A' : 'B'}${String(1 + Math.floor(row / 8)).padStart(2, '0')}-U${String(4 + 4 * (row % 8)).padStart(2, '0')}`,
    uuid: uuidOf(seed),
    seed,
    pools: poolsOf(model, seed),
    networks: networksOf(platform, seed),
    machines: scaleLoad(machines, threadsOf(model), filling.peakFraction),
  }
}

/**
 * The whole data centre as it stands when it is opened.
 * @param seed       the same seed gives the same centre, on any machine and at any time
 * @param hostCount  hosts altogether, shared out evenly between the platforms
 */
export function planCentre(seed: number, hostCount: number): readonly HostPlan[] {
  const parts = new Map(platforms.map(({ code }) => [code, partsOf(code, seed)]))
  return Array.from({ length: hostCount }, (_, index) => {
    const { code } = platforms[index % platforms.length] as (typeof platforms)[number]
    return planHost(code, Math.floor(index / platforms.length), parts.get(code) as ReturnType<typeof partsOf>, seed)
  })
}
