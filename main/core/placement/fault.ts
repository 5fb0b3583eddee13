import type { ErrorData } from '#contract/errors.ts'
import type { HostId } from '#contract/ids.ts'
import { assess, isCandidate } from './assess.ts'
import type {
  Assessment,
  PlacementFault,
  PlacementHost,
  PlacementNeed,
  PlacementPlatform,
  ReserveRoom,
  Room,
} from './model.ts'
import { storesOf } from './room.ts'

type Shortage = ErrorData<'pool/short'>

/**
 * Why a machine cannot be placed, for the refusal; null when it can.
 *
 * `pool/short` when the hosts that could carry it (reachable, fresh, right architecture, network there) have too little
 * of something all together: the scarcest resource by asked ÷ left, where left = limit − used − reserved < asked. With
 * the reserve as the tighter bound its numbers are those of all hosts of the architecture, else those of the hosts that
 * could carry it, an over-promised host counting as full. `used` of storage includes what is not free now.
 *
 * `request/no-host-fits` with the number of hosts looked at when sums are not the reason: no host could carry it, or
 * there is enough in all but nowhere in one piece; then the preview has each host's reasons.
 *
 * @param pickedHostId  look at this host alone (the reserve stays that of its architecture)
 * @throws {RangeError} when a host belongs to another platform
 */
export function placementFault(
  platform: PlacementPlatform,
  hosts: readonly PlacementHost[],
  need: PlacementNeed,
  pickedHostId: HostId | null = null,
): PlacementFault | null {
  const { assessments, reserves } = assess(platform, hosts, need)
  const looked = assessments.filter(each => pickedHostId === null || each.host.hostId === pickedHostId)
  if (looked.some(each => each.fits)) return null
  const candidates = looked.filter(isCandidate)
  const reserve = platform.reserveHosts === 0 ? undefined : reserves.get(need.arch)
  const worst = scarcest([
    short('cpu', need.vcpus, candidates.map(cpuRoom), reserve?.cpu),
    short('memory', need.memoryBytes, candidates.map(memoryRoom), reserve?.memory),
    short('storage', need.diskBytes, storesOf(candidates.map(each => each.host)), null),
  ])
  return worst ? { code: 'pool/short', data: worst } : { code: 'request/no-host-fits', data: { hosts: looked.length } }
}

const cpuRoom = ({ room }: Assessment): Room | null => room.cpu
const memoryRoom = ({ room }: Assessment): Room | null => room.memory

/** Null when there is enough in all, or nothing is known of it. */
function short(
  pool: Shortage['pool'],
  asked: number,
  rooms: readonly (Room | null)[],
  reserve: ReserveRoom['cpu'] | undefined,
): Shortage | null {
  const known = rooms.filter(room => room !== null)
  if (known.length === 0) return null
  const limit = known.reduce((sum, room) => sum + room.limit, 0)
  const left = known.reduce((sum, room) => sum + room.left, 0)
  if (reserve && reserve.left < asked && reserve.left <= left)
    return { pool, limit: reserve.limit, used: reserve.promised, reserved: reserve.held, asked }
  return left < asked ? { pool, limit, used: limit - left, reserved: 0, asked } : null
}

function scarcest(shortages: readonly (Shortage | null)[]): Shortage | null {
  const strain = (each: Shortage) => each.asked / Math.max(0, each.limit - each.used - each.reserved)
  return shortages.reduce(
    (worst, each) => (each !== null && (worst === null || strain(each) > strain(worst)) ? each : worst),
    null,
  )
}
