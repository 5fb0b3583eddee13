import { DownOutlined } from '@ant-design/icons'
import { Button, Dropdown, type MenuProps } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { auth } from '#client/auth.ts'
import { useMe } from '#client/hooks.ts'
import { word } from '#kit/i18n/index.ts'
import { chooseTheme, useThemeChoice, type ThemeChoice } from '#kit/theme.tsx'
import { ChangePassword } from './ChangePassword.tsx'

async function signOut(): Promise<void> {
  await auth.signOut().catch(() => undefined)
  // The whole page goes, and with it everything that this person was shown.
  location.reload()
}

export function UserMenu() {
  const { t } = useTranslation(['frame', 'common'])
  const me = useMe()
  const choice = useThemeChoice()
  const [isChanging, setChanging] = useState(false)
  const themes: readonly (readonly [ThemeChoice, string])[] = [
    ['light', t('themeLight')],
    ['dark', t('themeDark')],
    ['system', t('themeSystem')],
  ]
  const items: MenuProps['items'] = [
    { key: 'me', type: 'group', label: me.roles.map(role => word('role', role)).join(t('common:separator')) },
    { type: 'divider' },
    { key: 'themes', type: 'group', label: t('theme'), children: themes.map(([key, label]) => ({ key, label })) },
    { type: 'divider' },
    { key: 'password', label: t('changePassword') },
    { key: 'sign-out', label: t('signOut') },
  ]
  const pick: MenuProps['onClick'] = ({ key }) => {
    if (key === 'password') setChanging(true)
    else if (key === 'sign-out') void signOut()
    else chooseTheme(key as ThemeChoice)
  }
  return (
    <>
      <Dropdown trigger={['click']} menu={{ items, onClick: pick, selectable: true, selectedKeys: [choice] }}>
        <Button type="text">
          {me.displayName} <DownOutlined aria-hidden />
        </Button>
      </Dropdown>
      {isChanging && <ChangePassword onClose={() => setChanging(false)} />}
    </>
  )
}
