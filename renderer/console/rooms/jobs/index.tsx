import { UnorderedListOutlined } from '@ant-design/icons'
import { lazy } from 'react'
import { jobsFeed } from '#client/index.ts'
import { useLive } from '#client/hooks.ts'
import { staff } from '#contract/roles.ts'
import type { Room } from '#console/room.ts'
import { isStuck } from './order.ts'

const Page = lazy(() => import('./JobsPage.tsx').then(module => ({ default: module.JobsPage })))

/** Jobs that wait for somebody to say how to go on. */
function useCount(): number {
  const { rows } = useLive(jobsFeed).value
  return [...rows.values()].filter(isStuck).length
}

export const room: Room = {
  path: 'jobs',
  titleKey: 'jobs:title',
  icon: <UnorderedListOutlined aria-hidden />,
  key: 'j',
  roles: staff,
  Page,
  useCount,
}
