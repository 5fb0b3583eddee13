import type { RuleResult } from '#contract/placement.ts'
import type { Assessment, HostRoom, PlacementHost, PlacementNeed, PlacementPlatform, ReserveRoom } from './model.ts'
import { reserveRooms, roomOn } from './room.ts'

const amountRules: ReadonlySet<RuleResult['rule']> = new Set(['cpu', 'memory', 'storage', 'reserve'])

type Survey = {
  readonly assessments: readonly Assessment[]
  /** Reserve by architecture, before the machine is placed. */
  readonly reserves: ReadonlyMap<string | null, ReserveRoom>
}

/**
 * Every rule tried on every host of one platform.
 *
 * @throws {RangeError} when a host belongs to another platform: nothing is ever placed across
 */
export function assess(platform: PlacementPlatform, hosts: readonly PlacementHost[], need: PlacementNeed): Survey {
  const stranger = hosts.find(host => host.platformId !== platform.platformId)
  if (stranger) throw new RangeError(`host ${stranger.hostId} is not of platform ${platform.platformId}`)
  const reserves = reserveRooms(platform, hosts)
  const reserveRules = new Map([...reserves].map(([arch, reserve]) => [arch, reserveRule(platform, reserve, need)]))
  const assessments = hosts.map(host => {
    const room = roomOn(platform, host)
    const reserve = reserveRules.get(host.arch)
    const rules = [...hostRules(host, room, need), ...(reserve ? [reserve] : [])]
    return { host, room, rules, fits: rules.every(rule => rule.isMet) }
  })
  return { assessments, reserves }
}

function hostRules(host: PlacementHost, room: HostRoom, need: PlacementNeed): RuleResult[] {
  return [
    claim('reachable', host.isReachable, null),
    claim('fresh', host.isFresh, null),
    claim('architecture', host.arch === need.arch, host.arch),
    amount('cpu', need.vcpus, vcpusAvailable(host, room), null),
    amount('memory', need.memoryBytes, room.memory?.left ?? null, null),
    amount('storage', need.diskBytes, bytesAvailable(host, room), room.pool?.name ?? null),
    claim('network', hasNetwork(host, need.network), need.network),
  ]
}

/** Passes every rule that is not an amount: what it has could be used. */
export function isCandidate({ rules }: Assessment): boolean {
  return rules.every(({ rule, isMet }) => isMet || amountRules.has(rule))
}

/** One machine never gets more vCPUs than the host has threads: it could not run them at once. */
function vcpusAvailable(host: PlacementHost, room: HostRoom): number | null {
  return room.cpu === null || host.cpuThreads === null ? null : Math.min(host.cpuThreads, room.cpu.left)
}

/** No active pool is a known nothing; active pools without figures are unknown. */
function bytesAvailable(host: PlacementHost, room: HostRoom): number | null {
  if (room.pool) return room.pool.left
  return host.pools.some(pool => pool.isActive) ? null : 0
}

function hasNetwork(host: PlacementHost, network: string | null): boolean {
  return network === null || host.networks.some(each => each.isActive && each.name === network)
}

/** `detail` says whether CPU or memory is the scarcer of the two. */
function reserveRule(platform: PlacementPlatform, reserve: ReserveRoom, need: PlacementNeed): RuleResult {
  if (platform.reserveHosts === 0) return claim('reserve', true, null)
  const cpu = amount('reserve', need.vcpus, reserve.cpu?.left ?? null, 'cpu')
  const memory = amount('reserve', need.memoryBytes, reserve.memory?.left ?? null, 'memory')
  return strain(cpu) > strain(memory) ? cpu : memory
}

/** Share of the room that is asked for; more than any number when the room is not known. */
function strain({ needed, available }: RuleResult): number {
  return needed === null || available === null ? Infinity : needed / available
}

function claim(rule: RuleResult['rule'], isMet: boolean, detail: string | null): RuleResult {
  return { rule, isMet, needed: null, available: null, detail }
}

function amount(rule: RuleResult['rule'], needed: number, available: number | null, detail: string | null): RuleResult {
  return { rule, isMet: available !== null && needed <= available, needed, available, detail }
}
