import { SettingOutlined } from '@ant-design/icons'
import { lazy } from 'react'
import { staff } from '#contract/roles.ts'
import type { Room } from '../../room.ts'

const Page = lazy(() => import('./SettingsPage.tsx').then(module => ({ default: module.SettingsPage })))

export const room: Room = {
  path: 'settings',
  titleKey: 'settings:title',
  icon: <SettingOutlined />,
  key: 's',
  roles: staff,
  Page,
}
