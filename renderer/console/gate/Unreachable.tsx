import { Button } from 'antd'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { readSession } from '#client/session.ts'
import { GateCard } from './GateCard.tsx'

const AGAIN_MS = 3_000

/** The core did not answer when the page was opened; asks again until it does. */
export function Unreachable() {
  const { t } = useTranslation(['session', 'common'])
  useEffect(() => {
    const timer = setInterval(() => void readSession(), AGAIN_MS)
    return () => clearInterval(timer)
  }, [])
  return (
    <GateCard title={t('unreachable')} hint={t('unreachableHint')}>
      <Button onClick={() => void readSession()}>{t('common:retry')}</Button>
    </GateCard>
  )
}
