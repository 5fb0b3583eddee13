import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useConnection } from '#client/hooks.ts'
import { connection } from '#client/index.ts'
import { formatInstant } from '#kit/format/index.ts'
import { useFromNow } from '#kit/now.ts'

/** A hiccup that heals within this time is told by the clock alone. */
const PATIENCE_MS = 3_000

/** The one banner of a page that is cut off; everything below stays readable. */
export function LostBanner() {
  const { t } = useTranslation('frame')
  const { phase, lostAt } = useConnection()
  const isLong = useFromNow(now => lostAt !== null && now - lostAt >= PATIENCE_MS)
  if (phase !== 'lost' || lostAt === null || !isLong) return null
  return (
    <div className="y-lost" role="alert">
      <span className="y-grow">{t('disconnectedBanner', { at: formatInstant(lostAt, Date.now()) })}</span>
      <Button size="small" onClick={() => connection.retryNow()}>
        {t('retryNow')}
      </Button>
    </div>
  )
}
