import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '#client/hooks.ts'
import icon from '../icon.svg'
import './gate.css'

/** The still page before the console: sign-in, lock, first run. */
export function GateCard(props: {
  readonly title: string
  readonly hint?: ReactNode
  readonly isWide?: boolean
  readonly children: ReactNode
}) {
  const { t } = useTranslation(['session', 'common'])
  const { auth } = useSession()
  return (
    <main className="y-gate">
      <div className="y-gate-card" data-wide={props.isWide || undefined}>
        <header className="y-gate-brand">
          <img src={icon} alt="" width={36} height={36} />
          <div>
            <strong>{t('common:product')}</strong>
            <span className="y-second">{auth && auth.phase !== 'first-run' ? auth.siteName : t('tagline')}</span>
          </div>
        </header>
        <h1>{props.title}</h1>
        {props.hint && <p className="y-second">{props.hint}</p>}
        {props.children}
      </div>
      {auth?.banner && <p className="y-gate-banner">{auth.banner}</p>}
      {auth && <p className="y-gate-version y-faint">{t('version', { version: auth.version })}</p>}
    </main>
  )
}
