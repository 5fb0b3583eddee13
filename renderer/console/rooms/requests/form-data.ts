import { requestsFeed, vmsFeed } from '#client/index.ts'
import { useLive, useMay, useQuery } from '#client/hooks.ts'
import { staff } from '#contract/roles.ts'
import { useEffect, useMemo } from 'react'
import { useStore } from 'zustand'
import { dayOf } from '#kit/format/index.ts'
import { useFromNow } from '#kit/now.ts'
import { checksOf, type Check } from './checks.ts'
import type { Draft } from './draft.ts'

/** States in which a request still lays claim to its machine's name. */
const claims: ReadonlySet<string> = new Set(['submitted', 'returned', 'allocating', 'failed'])

/**
 * Names that are not free: of machines, where this person may see them, and of requests on their way.
 *
 * @param except  the request that is being completed: its own name is no obstacle
 */
function useTakenNames(except: string | null): ReadonlySet<string> {
  const isStaff = useMay(staff)
  useEffect(() => (isStaff ? vmsFeed.retain() : undefined), [isStaff])
  const vms = useStore(vmsFeed.store, state => state.value.rows)
  const { rows } = useLive(requestsFeed).value
  return useMemo(() => {
    const requests = [...rows.values()].filter(row => claims.has(row.state) && row.requestId !== except)
    const granted = [...rows.values()].filter(row => row.state === 'granted')
    return new Set([...vms.values()].map(vm => vm.name).concat([...requests, ...granted].map(row => row.vmName)))
  }, [vms, rows, except])
}

/** What the form chooses from, and what can be said of the draft as it stands. */
export function useFormData(draft: Draft, except: string | null) {
  const departments = useQuery('departments', rpc => rpc.tenants.departments({}))
  const applications = useQuery('applications', rpc => rpc.tenants.applications({}))
  const platforms = useQuery('platforms', rpc => rpc.site.platforms({}))
  const platform = platforms.value?.find(one => one.platformId === draft.platformId)
  const platformId = platform?.platformId
  const networks = useQuery(platformId ? `networks ${platformId}` : null, rpc =>
    rpc.requests.networks({ platformId: platformId as NonNullable<typeof platformId> }),
  )
  const takenNames = useTakenNames(except)
  const today = useFromNow(now => dayOf(now))
  const application = applications.value?.find(one => one.applicationId === draft.applicationId)
  const quota = departments.value
    ?.find(one => one.departmentId === draft.departmentId)
    ?.quotas.find(one => one.platformId === draft.platformId)
  const facts = { application, platform, quota, networks: networks.value, takenNames, today }
  const checks: readonly Check[] = checksOf(draft, facts)
  return { departments, applications, platforms, networks, application, platform, checks }
}
export type FormData = ReturnType<typeof useFormData>
