import { DownOutlined } from '@ant-design/icons'
import { App, ConfigProvider, theme as antd, type ThemeConfig } from 'antd'
import zhCN from 'antd/locale/zh_CN'
import { useEffect, useSyncExternalStore, type ReactNode } from 'react'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { memory } from './memory.ts'
import './tokens.css'

export type ThemeChoice = 'system' | 'light' | 'dark'
export type Theme = 'light' | 'dark'
const isChoice = (value: unknown): value is ThemeChoice => value === 'system' || value === 'light' || value === 'dark'

const chosen = createStore<{ choice: ThemeChoice }>()(() => ({ choice: memory.get('theme', 'system', isChoice) }))
const systemDark = matchMedia('(prefers-color-scheme: dark)')
const onSystem = (listen: () => void) => {
  systemDark.addEventListener('change', listen)
  return () => systemDark.removeEventListener('change', listen)
}

export const useThemeChoice = (): ThemeChoice => useStore(chosen, state => state.choice)
/** Light or dark as it is now: the reader's choice, else the system's. */
export function useTheme(): Theme {
  const choice = useThemeChoice()
  const isSystemDark = useSyncExternalStore(onSystem, () => systemDark.matches)
  if (choice !== 'system') return choice
  return isSystemDark ? 'dark' : 'light'
}

export function chooseTheme(choice: ThemeChoice): void {
  memory.set('theme', choice)
  chosen.setState({ choice })
}

/** The colour that a token has now; for canvases, which cannot read CSS variables. */
export const tokenColour = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()

const shared = {
  fontFamily: 'var(--font)',
  fontSize: 14,
  borderRadius: 6,
  controlHeight: 32,
  motionDurationSlow: '0.15s',
  motionDurationMid: '0.1s',
  motionDurationFast: '0.08s',
  wireframe: false,
}
const light = {
  colorPrimary: '#1f5fbf',
  colorLink: '#1f5fbf',
  colorInfo: '#2b6cb0',
  colorSuccess: '#24794b',
  colorWarning: '#966014',
  colorError: '#c53030',
  colorText: '#1d232b',
  colorTextSecondary: '#55606e',
  colorTextTertiary: '#667080',
  colorTextDescription: '#55606e',
  colorTextPlaceholder: '#667080',
  colorBorder: '#c9d0d8',
  colorBorderSecondary: '#e2e6eb',
  colorBgLayout: '#f5f6f8',
  colorBgContainer: '#ffffff',
  colorBgElevated: '#ffffff',
}
const dark = {
  colorPrimary: '#4f86d9',
  colorLink: '#6ea3ef',
  colorInfo: '#6ea3ef',
  colorSuccess: '#57b884',
  colorWarning: '#e0a84a',
  colorError: '#f07070',
  colorText: '#e6e9ee',
  colorTextSecondary: '#a9b2bf',
  colorTextTertiary: '#8b95a4',
  colorTextDescription: '#a9b2bf',
  colorTextPlaceholder: '#8b95a4',
  colorBorder: '#434c5a',
  colorBorderSecondary: '#2e3540',
  colorBgLayout: '#14171c',
  colorBgContainer: '#1b1f26',
  colorBgElevated: '#232832',
}
const themes: Readonly<Record<Theme, ThemeConfig>> = {
  light: {
    algorithm: antd.defaultAlgorithm,
    token: { ...shared, ...light },
    components: { Segmented: { itemSelectedBg: '#1f5fbf', itemSelectedColor: '#ffffff', trackBg: '#e9edf2' } },
  },
  dark: {
    algorithm: antd.darkAlgorithm,
    token: { ...shared, ...dark },
    components: {
      Button: { primaryColor: '#ffffff', colorError: dark.colorError },
      Tabs: { itemSelectedColor: '#6ea3ef', itemHoverColor: '#6ea3ef', inkBarColor: '#6ea3ef' },
      Segmented: { itemSelectedBg: '#35507a', itemSelectedColor: '#ffffff', trackBg: '#14171c' },
    },
  },
}

/** Puts the tokens on the document and gives them to antd. Stands once, around everything. */
export function ThemeProvider({ children }: { readonly children: ReactNode }) {
  const name = useTheme()
  useEffect(() => {
    document.documentElement.dataset['theme'] = name
  }, [name])
  return (
    <ConfigProvider
      locale={zhCN}
      theme={themes[name]}
      button={{ autoInsertSpace: false }}
      select={{ suffixIcon: <DownOutlined aria-hidden /> }}
    >
      <App component={false}>{children}</App>
    </ConfigProvider>
  )
}

document.documentElement.dataset['theme'] =
  chosen.getState().choice === 'system' ? (systemDark.matches ? 'dark' : 'light') : chosen.getState().choice
