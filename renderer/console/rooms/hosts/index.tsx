import { ClusterOutlined } from '@ant-design/icons'
import { lazy } from 'react'
import { staff } from '#contract/roles.ts'
import { useLive } from '#client/hooks.ts'
import { overviewSource } from '#client/index.ts'
import type { Room } from '#console/room.ts'

const Page = lazy(() => import('./HostsPage.tsx').then(module => ({ default: module.HostsPage })))

/** Hosts that do not answer: what there is to look after. */
function useCount(): number | null {
  const platforms = useLive(overviewSource).value?.platforms
  return platforms?.reduce((sum, platform) => sum + platform.hostsTotal - platform.hostsUp, 0) ?? null
}

export const room: Room = {
  path: 'hosts',
  titleKey: 'hosts:title',
  icon: <ClusterOutlined aria-hidden />,
  key: 'h',
  roles: staff,
  Page,
  useCount,
}
