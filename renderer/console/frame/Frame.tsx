import { Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMe, useSession } from '#client/hooks.ts'
import { mayUse } from '#client/session.ts'
import { staff } from '#contract/roles.ts'
import { HotkeyHelp } from '#kit/hotkey-help.tsx'
import { useHotkeys } from '#kit/hotkeys.ts'
import { text } from '#kit/i18n/index.ts'
import { goTo, hrefOf, usePlace } from '#kit/router.ts'
import { Empty, Skeleton } from '#kit/states.tsx'
import type { Room } from '../room.ts'
import { rooms } from '../rooms/registry.ts'
import { CrashGuard } from './CrashGuard.tsx'
import { JobsStrip } from './JobsStrip.tsx'
import { LostBanner } from './LostBanner.tsx'
import { Navigation } from './Navigation.tsx'
import { TopBar } from './TopBar.tsx'
import './frame.css'

function NotFound({ home }: { readonly home: string }) {
  const { t } = useTranslation('frame')
  return <Empty title={t('notFound')} hint={t('notFoundHint')} action={<a href={hrefOf(home)}>{t('home')}</a>} />
}

function useNavigationKeys(allowed: readonly Room[]): void {
  const { t } = useTranslation('keys')
  useHotkeys(
    t('go'),
    allowed.map(room => ({
      keys: `g ${room.key}`,
      label: text(room.titleKey),
      run: () => goTo(hrefOf(room.path)),
    })),
  )
}

/** Everything around a page: top bar, navigation, jobs, and the page that the address names. */
export function Frame() {
  const { t } = useTranslation('frame')
  const me = useMe()
  const { auth } = useSession()
  const { path } = usePlace()
  const [isHelpOpen, setHelpOpen] = useState(false)
  const allowed = rooms.filter(room => mayUse(room.roles, me.roles))
  const isStaff = mayUse(staff, me.roles)
  useNavigationKeys(allowed)
  const name = path.split('/')[0] ?? ''
  const here = name === '' ? allowed[0] : allowed.find(room => room.path === name)
  return (
    <div className="y-frame">
      <a
        className="y-skip"
        href="#main"
        onClick={event => (event.preventDefault(), document.getElementById('main')?.focus())}
      >
        {t('skip')}
      </a>
      <TopBar isStaff={isStaff} onHelp={() => setHelpOpen(true)} />
      {auth?.banner && (
        <aside className="y-banner" aria-label={t('siteNotice')}>
          {auth.banner}
        </aside>
      )}
      <LostBanner />
      <div className="y-frame-body">
        <Navigation rooms={allowed} here={here?.path ?? null} />
        <div className="y-frame-content">
          <main id="main" tabIndex={-1}>
            <CrashGuard key={here?.path}>
              <Suspense fallback={<div className="y-frame-loading">{<Skeleton rows={8} height={40} />}</div>}>
                {here ? <here.Page /> : <NotFound home={allowed[0]?.path ?? ''} />}
              </Suspense>
            </CrashGuard>
          </main>
          {isStaff && <JobsStrip />}
        </div>
      </div>
      <HotkeyHelp isOpen={isHelpOpen} onChange={setHelpOpen} />
    </div>
  )
}
