import type { Fault } from '#contract/errors.ts'
import type { HostId } from '#contract/ids.ts'
import type { Grant, Review } from '#contract/requests.ts'
import type { Vm } from '#contract/vms.ts'
import { placementFault, previewPlacement } from '#core/placement/index.ts'
import { placementHosts } from './approval.ts'
import type { GrantBook } from './grants.ts'
import type { Intake } from './intake.ts'
import { amountsOf, plus } from './model.ts'
import { levelFault } from './need.ts'
import type { RequestPorts } from './port.ts'
import { quotaFault } from './quota.ts'

/** What approving a request would mean at this moment, on the best host or on one picked by hand. Reads only. */
export function openReview(
  ports: RequestPorts,
  book: GrantBook,
  intake: Intake,
  vmOf: (vmId: string) => Vm | undefined,
) {
  const { site, tenants } = ports
  return async (requestId: string, hostId?: HostId): Promise<Review> => {
    const request = await intake.find(requestId)
    const platform = await site.findPlatform(request.platformId)
    const quota = await tenants.quota(request.departmentId, request.platformId)
    const hosts = placementHosts(ports.hostsOf(request.platformId), book)
    const obstacles: Fault[] = []
    if (!platform.levels.includes(request.level))
      obstacles.push({ code: 'request/level-not-carried', data: levelFault(request.level, platform) })
    const shortage = quotaFault(book, request, quota?.limit)
    if (shortage) obstacles.push({ code: 'quota/short', data: shortage })
    const fault = placementFault(platform, hosts, request, hostId)
    if (fault) obstacles.push(fault)
    const used = book.used(request.departmentId, request.platformId)
    const machines = book
      .all()
      .filter(
        grant =>
          grant.state === 'active' &&
          grant.departmentId === request.departmentId &&
          grant.platformId === request.platformId,
      )
      .map(grant => machineOf(grant, vmOf(grant.vmId)))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
    return {
      quota: quota ? { limit: quota.limit, used, after: plus(used, amountsOf(request)) } : null,
      obstacles,
      preview: previewPlacement(platform, hosts, request, hostId),
      machines,
    }
  }
}

function machineOf({ vmId, vmName, amounts }: Grant, vm: Vm | undefined): Review['machines'][number] {
  const { vcpus, memoryBytes } = amounts
  const isKnown = vm?.isKnown ?? false
  const [state, cpuFraction] = isKnown && vm ? [vm.state, vm.cpuFraction] : [null, null]
  return { vmId, name: vmName, vcpus, memoryBytes, state, cpuFraction }
}
