import { AuditOutlined } from '@ant-design/icons'
import { lazy } from 'react'
import type { Room } from '#console/room.ts'

const Page = lazy(() => import('./AuditPage.tsx').then(module => ({ default: module.AuditPage })))

export const room: Room = {
  path: 'audit',
  titleKey: 'audit:title',
  icon: <AuditOutlined aria-hidden />,
  key: 'a',
  roles: ['auditor', 'security-administrator', 'leader'],
  Page,
}
