import { FileDoneOutlined } from '@ant-design/icons'
import { lazy } from 'react'
import type { Room } from '../../room.ts'

const Page = lazy(() => import('./RequestsPage.tsx').then(module => ({ default: module.RequestsPage })))

export const room: Room = {
  path: 'requests',
  titleKey: 'requests:title',
  icon: <FileDoneOutlined />,
  key: 'r',
  roles: 'everyone',
  Page,
}
