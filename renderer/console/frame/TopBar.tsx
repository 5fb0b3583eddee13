import { AlertOutlined, FileDoneOutlined, QuestionCircleOutlined } from '@ant-design/icons'
import { Button, Tooltip } from 'antd'
import { useTranslation } from 'react-i18next'
import { useLive, useSession } from '#client/hooks.ts'
import { overviewSource } from '#client/index.ts'
import { formatCount } from '#kit/format/index.ts'
import { hrefOf } from '#kit/router.ts'
import icon from '../icon.svg'
import { DataClock } from './DataClock.tsx'
import { Search } from './Search.tsx'
import { UserMenu } from './UserMenu.tsx'

/** What waits, as two small figures that lead there; absent when nothing does. */
function Waiting() {
  const { t } = useTranslation('frame')
  const overview = useLive(overviewSource).value
  if (!overview) return null
  const alerts = overview.alerts.filter(alert => alert.severity !== 'notice').length
  const isCritical = overview.alerts.some(alert => alert.severity === 'critical')
  return (
    <>
      {alerts > 0 && (
        <a
          className={isCritical ? 'y-top-figure y-critical' : 'y-top-figure y-warning'}
          href={hrefOf('overview')}
          aria-label={t('alerts', { n: alerts })}
          title={t('alerts', { n: alerts })}
        >
          <AlertOutlined aria-hidden /> {formatCount(alerts)}
        </a>
      )}
      {overview.requestsWaiting > 0 && (
        <a
          className="y-top-figure"
          href={hrefOf('requests')}
          aria-label={t('waiting', { n: overview.requestsWaiting })}
          title={t('waiting', { n: overview.requestsWaiting })}
        >
          <FileDoneOutlined aria-hidden /> {formatCount(overview.requestsWaiting)}
        </a>
      )}
    </>
  )
}

export function TopBar({ isStaff, onHelp }: { readonly isStaff: boolean; readonly onHelp: () => void }) {
  const { t } = useTranslation(['frame', 'common'])
  const { auth } = useSession()
  return (
    <header className="y-top">
      <a className="y-top-brand" href={hrefOf('')}>
        <img src={icon} alt="" width={24} height={24} />
        <strong>{t('common:product')}</strong>
        <span className="y-cut">{auth?.siteName}</span>
      </a>
      <span className="y-grow" />
      {isStaff && <Search />}
      <span className="y-grow" />
      {isStaff && <Waiting />}
      <DataClock isStaff={isStaff} />
      <Tooltip title={t('keys')}>
        <Button type="text" icon={<QuestionCircleOutlined aria-hidden />} aria-label={t('keys')} onClick={onHelp} />
      </Tooltip>
      <UserMenu />
    </header>
  )
}
