import { DashboardOutlined } from '@ant-design/icons'
import { lazy } from 'react'
import { staff } from '#contract/roles.ts'
import type { Room } from '#console/room.ts'

const Page = lazy(() => import('./OverviewPage.tsx').then(module => ({ default: module.OverviewPage })))

export const room: Room = {
  path: 'overview',
  titleKey: 'overview:title',
  icon: <DashboardOutlined aria-hidden />,
  key: 'o',
  roles: staff,
  Page,
}
