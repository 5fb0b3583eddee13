import { useMemo } from 'react'
import { useQuery } from '#client/hooks.ts'
import type { Vm } from '#contract/vms.ts'

/** Names of the department and the application of a machine; null where none is recorded. */
export type Owners = {
  readonly department: (vm: Pick<Vm, 'departmentId'>) => string | null
  readonly application: (vm: Pick<Vm, 'applicationId'>) => string | null
}

export function useOwners(): Owners {
  const departments = useQuery('departments', (rpc, o) => rpc.tenants.departments({}, o)).value
  const applications = useQuery('applications', (rpc, o) => rpc.tenants.applications({}, o)).value
  return useMemo(() => {
    const names = new Map<string, string>([
      ...(departments ?? []).map(one => [one.departmentId, one.name] as const),
      ...(applications ?? []).map(one => [one.applicationId, one.name] as const),
    ])
    const name = (id: string | null) => (id === null ? null : (names.get(id) ?? null))
    return { department: vm => name(vm.departmentId), application: vm => name(vm.applicationId) }
  }, [departments, applications])
}
