import { partsOf, type PlatformId, type VmId } from '#contract/ids.ts'
import type { Amounts } from '#contract/quantities.ts'
import { nothing, plus, type GrantRecord } from './model.ts'

const holds = (grant: GrantRecord): boolean => grant.state !== 'released'

/** All grants, in memory: quota, reservations and labels are computed from them at every question (D24). */
export class GrantBook {
  readonly #grants = new Map<string, GrantRecord>()
  readonly #byVm = new Map<string, GrantRecord>()
  readonly #byUuid = new Map<string, Set<VmId>>()

  constructor(grants: Iterable<GrantRecord>) {
    for (const grant of grants) this.put(grant)
  }

  put(grant: GrantRecord): void {
    this.#grants.set(grant.grantId, grant)
    // A machine may have had another holder before; grants come in any order.
    if (holds(grant) || this.#byVm.get(grant.vmId)?.grantId === grant.grantId) this.#byVm.set(grant.vmId, grant)
    const { uuid } = partsOf(grant.vmId)
    this.#byUuid.set(uuid, (this.#byUuid.get(uuid) ?? new Set()).add(grant.vmId))
  }

  all(): readonly GrantRecord[] {
    return [...this.#grants.values()]
  }

  /** What a department holds on a platform: machines that it has, and those still being made. */
  held(departmentId: string, platformId: string): { readonly active: Amounts; readonly reserved: Amounts } {
    const sum = { active: nothing, reserved: nothing, released: nothing }
    for (const grant of this.#grants.values())
      if (grant.departmentId === departmentId && grant.platformId === platformId)
        sum[grant.state] = plus(sum[grant.state], grant.amounts)
    return sum
  }

  used(departmentId: string, platformId: string): Amounts {
    const { active, reserved } = this.held(departmentId, platformId)
    return plus(active, reserved)
  }

  /** Grants on a host whose VM the host need not show yet. */
  reservedOn(hostId: string): readonly GrantRecord[] {
    return this.all().filter(grant => grant.state === 'reserved' && grant.hostId === hostId)
  }

  onHost(hostId: string): readonly GrantRecord[] {
    return this.all().filter(grant => holds(grant) && grant.hostId === hostId)
  }

  forVm(vmId: string): GrantRecord | undefined {
    const grant = this.#byVm.get(vmId)
    return grant && holds(grant) ? grant : undefined
  }

  /** A VM that somebody moved to another host of its platform keeps its grant there. */
  forMoved(vmId: VmId, platformId: PlatformId, isDefined: (vmId: VmId) => boolean): GrantRecord | undefined {
    const namesakes = this.#byUuid.get(partsOf(vmId).uuid) ?? []
    const left = [...namesakes].filter(other => other !== vmId && !isDefined(other))
    return left.map(other => this.forVm(other)).find(grant => grant?.platformId === platformId)
  }
}
