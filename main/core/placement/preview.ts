import type { HostId } from '#contract/ids.ts'
import type { HostVerdict, PlacementPreview } from '#contract/placement.ts'
import { assess, isCandidate } from './assess.ts'
import { byName, rankFitting } from './choice.ts'
import type { Assessment, PlacementHost, PlacementNeed, PlacementPlatform, ReserveRoom, Room } from './model.ts'
import { countMoreLikeThis } from './more-like-this.ts'
import { storesOf } from './room.ts'

/**
 * Where on one platform a machine would go, and for every host why or why not.
 *
 * The rules, each with the numbers it compared (asked / available; null where it compares no numbers):
 * - `reachable`, `fresh`: the host answers, and its figures are recent.
 * - `architecture`: it is the one asked for; `detail` is the host's.
 * - `cpu`: threads × overcommit − promised vCPUs, and never more than the host has threads.
 * - `memory`: memory − max(1 GiB, 4 %) for the hypervisor − promised; never over-committed.
 * - `storage`: the active pool with the most room: free now, and within 1.5 × capacity promised; `detail` is its name.
 * - `network`: the named network exists there and is active; met when none is asked for.
 * - `reserve`: afterwards the hosts of this host's architecture can still lose their `reserveHosts` largest ones, by
 *   sums of CPU and of memory; `detail` says which of the two is scarcer. **It forbids**: the officer who approves
 *   signs that the loss of a host can be borne. A platform that keeps no reserve says so with `reserveHosts` 0.
 *
 * What is not known never meets a rule. A host fits when all its rules are met, so changing what an unmet rule names is
 * both needed and enough. How the best of several is chosen: see `rankFitting`.
 *
 * - `hosts`: those that fit, best first; then the others, fewest obstacles first.
 * - `chosen`: the picked host if it fits, else null, never silently another; without a pick, the best.
 * - `cpu`, `memory`, `storage` of a host: promised before and after, of what may be promised in all.
 * - `platform`: what is left to promise on the architecture asked for after the chosen host took the machine (as it is
 *   now when none did), on hosts that answer and with the reserve kept; unknown figures add nothing.
 * - `reserveKept`: null when hosts of unknown size leave it open.
 *
 * @throws {RangeError} when a host belongs to another platform
 */
export function previewPlacement(
  platform: PlacementPlatform,
  hosts: readonly PlacementHost[],
  need: PlacementNeed,
  pickedHostId: HostId | null = null,
): PlacementPreview {
  const { assessments, reserves } = assess(platform, hosts, need)
  const fitting = rankFitting(
    assessments.filter(each => each.fits),
    need,
  )
  const chosen = (pickedHostId === null ? fitting[0] : fitting.find(each => each.host.hostId === pickedHostId)) ?? null
  const reserve =
    platform.reserveHosts === 0
      ? null
      : (reserves.get(need.arch) ?? { cpu: null, memory: null, mayBeMore: reserves.has(null) })
  const candidates = assessments.filter(isCandidate)
  return {
    hosts: [...fitting, ...refused(assessments)].map(each => verdictOf(each, need)),
    chosen: chosen?.host.hostId ?? null,
    reserveKept: isReserveKept(reserve, need),
    moreLikeThis: chosen ? countMoreLikeThis(candidates, { need, chosen, reserve }) : 0,
    platform: platformRoom(candidates, reserve, chosen && need),
  }
}

function refused(assessments: readonly Assessment[]): Assessment[] {
  const obstacles = ({ rules }: Assessment) => rules.filter(rule => !rule.isMet).length
  return assessments
    .filter(each => !each.fits)
    .map(each => ({ each, obstacles: obstacles(each) }))
    .sort((a, b) => a.obstacles - b.obstacles || byName(a.each, b.each))
    .map(({ each }) => each)
}

function isReserveKept(reserve: ReserveRoom | null, need: PlacementNeed): boolean | null {
  if (reserve === null) return true
  const isKept = need.vcpus <= (reserve.cpu?.left ?? -1) && need.memoryBytes <= (reserve.memory?.left ?? -1)
  return isKept || (reserve.mayBeMore ? null : false)
}

function verdictOf({ host, room, rules, fits }: Assessment, need: PlacementNeed): HostVerdict {
  return {
    hostId: host.hostId,
    hostName: host.name,
    fits,
    rules: [...rules],
    pool: room.pool?.name ?? null,
    cpu: beforeAfter(room.cpu, need.vcpus),
    memory: beforeAfter(room.memory, need.memoryBytes),
    storage: beforeAfter(room.pool, need.diskBytes),
  }
}

function beforeAfter(room: Room | null, asked: number): HostVerdict['cpu'] {
  return room && { before: room.promised, after: room.promised + asked, capacity: room.limit }
}

function platformRoom(
  candidates: readonly Assessment[],
  reserve: ReserveRoom | null,
  placed: PlacementNeed | null,
): PlacementPreview['platform'] {
  const vcpus = candidates.reduce((sum, { room }) => sum + (room.cpu?.left ?? 0), 0)
  const memoryBytes = candidates.reduce((sum, { room }) => sum + (room.memory?.left ?? 0), 0)
  const storageBytes = storesOf(candidates.map(each => each.host)).reduce((sum, { left }) => sum + left, 0)
  const after = (left: number, kept: Room | null | undefined, taken: number | undefined) =>
    Math.max(0, (reserve === null ? left : Math.min(left, kept?.left ?? 0)) - (taken ?? 0))
  return {
    freeVcpus: after(vcpus, reserve?.cpu, placed?.vcpus),
    freeMemoryBytes: after(memoryBytes, reserve?.memory, placed?.memoryBytes),
    freeStorageBytes: Math.max(0, storageBytes - (placed?.diskBytes ?? 0)),
    reserveMemoryBytes: reserve?.memory?.held ?? 0,
  }
}
