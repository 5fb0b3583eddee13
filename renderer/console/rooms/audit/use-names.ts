import { useCallback, useEffect } from 'react'
import { useStore } from 'zustand'
import { hostsFeed, requestsFeed } from '#client/index.ts'
import { useQuery } from '#client/hooks.ts'
import type { NameOf } from './facts.ts'

/** Names behind the ids in an entry's facts, from what this person may read anyway. */
export function useNames(): NameOf {
  const departments = useQuery('departments', rpc => rpc.tenants.departments({})).value
  const applications = useQuery('applications', rpc => rpc.tenants.applications({})).value
  const platforms = useQuery('platforms', rpc => rpc.site.platforms({})).value
  useEffect(hostsFeed.retain, [])
  useEffect(requestsFeed.retain, [])
  const hosts = useStore(hostsFeed.store, state => state.value.rows)
  const requests = useStore(requestsFeed.store, state => state.value.rows)
  return useCallback(
    (key, id) => {
      switch (key) {
        case 'departmentId':
          return departments?.find(one => one.departmentId === id)?.name
        case 'applicationId':
          return applications?.find(one => one.applicationId === id)?.name
        case 'platformId':
          return platforms?.find(one => one.platformId === id)?.name
        case 'hostId':
          return hosts.get(id)?.name
        case 'requestId':
          return requests.get(id)?.number
        default:
          return undefined
      }
    },
    [departments, applications, platforms, hosts, requests],
  )
}
