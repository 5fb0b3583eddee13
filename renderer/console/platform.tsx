import { Segmented } from 'antd'
import { useEffect, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { overviewSource } from '#client/index.ts'
import { isTextOrNull, memory } from '#kit/memory.ts'

/** The platform that the reader looks at, on all pages alike and remembered; null: all of them. */
const chosen = createStore<{ platformId: string | null }>()(() => ({
  platformId: memory.get('platform', null, isTextOrNull),
}))

export function choosePlatform(platformId: string | null): void {
  memory.set('platform', platformId)
  chosen.setState({ platformId })
}

/**
 * Names of the platforms by id, in their order. The overview comes anew every second, the names hardly ever: the same
 * names are the same map, so that lists which depend on them are not drawn again.
 */
export function usePlatforms(): ReadonlyMap<string, string> {
  useEffect(overviewSource.retain, [])
  const names = useStore(overviewSource.store, ({ value }) =>
    JSON.stringify(value?.platforms.map(one => [one.platformId, one.name]) ?? []),
  )
  return useMemo(() => new Map(JSON.parse(names) as [string, string][]), [names])
}

/** The chosen platform; null when all, and when the remembered one does not exist here. */
export function useChosenPlatform(): string | null {
  const platformId = useStore(chosen, state => state.platformId)
  const platforms = usePlatforms()
  return platformId !== null && platforms.has(platformId) ? platformId : null
}

export function PlatformSwitch() {
  const { t } = useTranslation('frame')
  const platforms = usePlatforms()
  const platformId = useChosenPlatform()
  if (platforms.size < 2) return null
  const options = [
    { value: '', label: t('platformAll') },
    ...[...platforms].map(([value, label]) => ({ value, label })),
  ]
  return (
    <Segmented
      aria-label={t('platform')}
      options={options}
      value={platformId ?? ''}
      onChange={value => choosePlatform(value === '' ? null : value)}
    />
  )
}
