import { DesktopOutlined } from '@ant-design/icons'
import { lazy } from 'react'
import { staff } from '#contract/roles.ts'
import type { Room } from '#console/room.ts'

const Page = lazy(() => import('./VmsPage.tsx').then(module => ({ default: module.VmsPage })))

export const room: Room = {
  path: 'vms',
  titleKey: 'vms:title',
  icon: <DesktopOutlined aria-hidden />,
  key: 'v',
  roles: staff,
  Page,
}
