import { FileDoneOutlined } from '@ant-design/icons'
import { lazy } from 'react'
import { requestsFeed } from '#client/index.ts'
import { useLive, useMay, useMe } from '#client/hooks.ts'
import type { Room } from '#console/room.ts'
import { isWaiting } from './queue.ts'

const Page = lazy(() => import('./RequestsPage.tsx').then(module => ({ default: module.RequestsPage })))

/** What waits here for this person: decisions for an officer, returned requests for an applicant. */
function useCount(): number | null {
  const { rows } = useLive(requestsFeed).value
  const { departmentId } = useMe()
  const decides = useMay(['approver'])
  const all = [...rows.values()]
  if (decides) return all.filter(isWaiting).length
  return departmentId === null ? null : all.filter(row => row.state === 'returned').length
}

export const room: Room = {
  path: 'requests',
  titleKey: 'requests:title',
  applicantTitleKey: 'requests:titleOwn',
  icon: <FileDoneOutlined aria-hidden />,
  key: 'r',
  roles: 'everyone',
  Page,
  useCount,
}
