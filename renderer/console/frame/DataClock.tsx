import { useTranslation } from 'react-i18next'
import { useConnection, useLive } from '#client/hooks.ts'
import { overviewSource } from '#client/index.ts'
import { formatAge, formatClock, formatInstant } from '#kit/format/index.ts'
import { useFromNow } from '#kit/now.ts'

type Told = { readonly tone: 'good' | 'warning' | 'critical' | 'quiet'; readonly words: string }

function Clock({ tone, words }: Told) {
  const { t } = useTranslation('frame')
  return (
    <span className="y-clock" data-tone={tone} title={t('dataAgeHint')}>
      <i aria-hidden />
      {words}
    </span>
  )
}

function StaffClock() {
  const { t } = useTranslation('frame')
  const overview = useLive(overviewSource).value
  const at = overview?.freshestAt ?? null
  const poll = overview?.pollIntervalMs ?? 15_000
  const age = useFromNow(now => (at === null ? '' : formatAge(at, now)))
  const isYoung = useFromNow(now => at !== null && now - at <= poll + 2_000)
  if (at === null) return <Clock tone="quiet" words={t('dataNone')} />
  return <Clock tone={isYoung ? 'good' : 'warning'} words={t('dataAge', { at: `${formatClock(at)}（${age}）` })} />
}

/** The age of the data, told once for the whole page: green within a poll, amber beyond, red when cut off. */
export function DataClock({ isStaff }: { readonly isStaff: boolean }) {
  const { t } = useTranslation('frame')
  const { phase, lostAt } = useConnection()
  if (lostAt !== null) {
    return <Clock tone="critical" words={t('disconnected', { at: formatInstant(lostAt, Date.now()) })} />
  }
  if (phase !== 'live') return <Clock tone="quiet" words={t('connecting')} />
  return isStaff ? <StaffClock /> : <Clock tone="good" words={t('connected')} />
}
