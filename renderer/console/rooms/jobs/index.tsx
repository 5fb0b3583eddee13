import { UnorderedListOutlined } from '@ant-design/icons'
import { lazy } from 'react'
import { staff } from '#contract/roles.ts'
import type { Room } from '../../room.ts'

const Page = lazy(() => import('./JobsPage.tsx').then(module => ({ default: module.JobsPage })))

export const room: Room = {
  path: 'jobs',
  titleKey: 'jobs:title',
  icon: <UnorderedListOutlined />,
  key: 'j',
  roles: staff,
  Page,
}
