import { SettingOutlined } from '@ant-design/icons'
import { lazy } from 'react'
import type { Room } from '#console/room.ts'

const Page = lazy(() => import('./SettingsPage.tsx').then(module => ({ default: module.SettingsPage })))

export const room: Room = {
  path: 'settings',
  titleKey: 'settings:title',
  icon: <SettingOutlined aria-hidden />,
  key: 's',
  roles: ['operator', 'system-administrator', 'security-administrator', 'auditor'],
  Page,
}
