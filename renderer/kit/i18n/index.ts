import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import { zhCN } from './zh-CN/index.ts'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common'
    resources: typeof zhCN
  }
}

void i18next.use(initReactI18next).init({
  lng: 'zh-CN',
  fallbackLng: 'zh-CN',
  resources: { 'zh-CN': zhCN },
  defaultNS: 'common',
  initAsync: false,
  interpolation: { escapeValue: false },
  react: { useSuspense: false },
})

/**
 * A sentence from the catalogues, outside of components: `text('units:cores', { n: '8' })`. Inside a component use
 * `useTranslation('<room>').t`, which draws again when the language changes.
 */
export const text = i18next.t

/**
 * A word of an enumeration that may be newer than this page: the word, or the value itself.
 *
 * @param group  a group of the catalogue `words`, `vmState`
 */
export function word(group: keyof (typeof zhCN)['words'], value: string): string {
  const key = `words:${group}.${value}`
  return i18next.exists(key) ? i18next.t(key as 'words:role.operator') : value
}
