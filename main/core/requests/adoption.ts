import { randomUUID } from 'node:crypto'
import { AppError } from '#contract/errors.ts'
import { GrantId, type ApplicationId, type VmId } from '#contract/ids.ts'
import type { Vm } from '#contract/vms.ts'
import type { Note } from '#core/audit/index.ts'
import type { Caller } from '#core/identity/index.ts'
import type { GrantBook } from './grants.ts'
import type { GrantRecord } from './model.ts'
import type { RequestPorts } from './port.ts'

const shanghaiMs = 8 * 3_600_000
type Machine = { readonly vmId: VmId; readonly applicationId: ApplicationId }

/** Machines that were there before the console: said whose they are, they count as that department's use. */
export function openAdoption(
  ports: RequestPorts,
  book: GrantBook,
  vmOf: (vmId: string) => Vm | undefined,
  onLabels: (vmIds: readonly VmId[]) => void,
) {
  const { grants, committer, clock, tenants } = ports

  async function grantFor({ vmId, applicationId }: Machine): Promise<GrantRecord> {
    const vm = vmOf(vmId)
    if (!vm) throw new AppError('vm/not-found', { vm: vmId })
    const held = book.forVm(vmId)
    if (held)
      throw new AppError('vm/already-granted', {
        vm: vm.name,
        to: (await tenants.findDepartment(held.departmentId)).name,
      })
    const application = await tenants.findApplication(applicationId)
    const at = clock.now()
    return {
      grantId: GrantId.parse(randomUUID()),
      requestId: null,
      departmentId: application.departmentId,
      applicationId,
      platformId: vm.platformId,
      hostId: vm.hostId,
      vmId,
      vmName: vm.name,
      pool: '',
      amounts: { vcpus: vm.vcpus, memoryBytes: vm.memoryBytes, storageBytes: vm.diskBytes ?? 0 },
      state: 'active',
      from: new Date(at + shanghaiMs).toISOString().slice(0, 10),
      until: null,
      approvedAt: at,
      usableAt: at,
      version: 1,
    }
  }

  return async (caller: Caller, machines: readonly Machine[], reason: string): Promise<{ adopted: number }> => {
    const made = await Promise.all(machines.map(grantFor))
    const audit: Note[] = made.map(grant => ({
      actor: caller,
      action: 'requests.adopt',
      subject: { kind: 'vm', id: grant.vmId, name: grant.vmName },
      reason,
      data: { departmentId: grant.departmentId, applicationId: grant.applicationId, amounts: grant.amounts },
    }))
    await committer.commit({
      expect: made.map(grant => grants.absent(grant.grantId)),
      writes: made.map(grants.put),
      audit,
    })
    for (const grant of made) book.put(grant)
    onLabels(made.map(grant => grant.vmId))
    return { adopted: made.length }
  }
}
