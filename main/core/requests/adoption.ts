import { randomUUID } from 'node:crypto'
import { AppError } from '#contract/errors.ts'
import { GrantId, type ApplicationId, type VmId } from '#contract/ids.ts'
import type { Vm } from '#contract/vms.ts'
import type { Note } from '#core/audit/index.ts'
import type { Caller } from '#core/identity/index.ts'
import { dayOf } from './day.ts'
import type { GrantBook } from './grants.ts'
import { openLedgers } from './ledgers.ts'
import type { GrantRecord } from './model.ts'
import type { RequestPorts } from './port.ts'

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
    // Its row also knows what was granted where the VM used to be.
    const holder = book.forVm(vmId)?.departmentId ?? vm.departmentId
    if (holder)
      throw new AppError('vm/already-granted', { vm: vm.name, to: (await tenants.findDepartment(holder)).name })
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
      from: dayOf(at),
      until: null,
      approvedAt: at,
      usableAt: at,
      version: 1,
    }
  }

  /** One adoption after the other, so that no machine is given to two. */
  const ledgers = openLedgers(ports.ledgers)
  return (caller: Caller, machines: readonly Machine[], reason: string): Promise<{ adopted: number }> =>
    ledgers.inTurn('adoption', async turn => {
      const twice = machines.find(({ vmId }, at) => machines.findIndex(other => other.vmId === vmId) < at)
      if (twice)
        throw new AppError('vm/already-granted', {
          vm: vmOf(twice.vmId)?.name ?? twice.vmId,
          to: (await tenants.findApplication(twice.applicationId)).name,
        })
      const made = await Promise.all(machines.map(grantFor))
      const audit: Note[] = made.map(grant => ({
        actor: caller,
        action: 'requests.adopt',
        subject: { kind: 'vm', id: grant.vmId, name: grant.vmName },
        reason,
        data: { departmentId: grant.departmentId, applicationId: grant.applicationId, amounts: grant.amounts },
      }))
      await committer.commit({ expect: [turn.expect], writes: [...made.map(grants.put), turn.write], audit })
      for (const grant of made) book.put(grant)
      onLabels(made.map(grant => grant.vmId))
      return { adopted: made.length }
    })
}
