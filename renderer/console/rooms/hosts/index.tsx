import { ClusterOutlined } from '@ant-design/icons'
import { lazy } from 'react'
import { staff } from '#contract/roles.ts'
import type { Room } from '../../room.ts'

const Page = lazy(() => import('./HostsPage.tsx').then(module => ({ default: module.HostsPage })))

export const room: Room = {
  path: 'hosts',
  titleKey: 'hosts:title',
  icon: <ClusterOutlined />,
  key: 'h',
  roles: staff,
  Page,
}
