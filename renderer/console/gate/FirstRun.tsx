import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { auth } from '#client/auth.ts'
import { useAct, useSession } from '#client/hooks.ts'
import { Failed } from '#kit/states.tsx'
import { GateCard } from './GateCard.tsx'
import { SetUpForm } from './SetUpForm.tsx'

function Doors({ onSetUp }: { readonly onSetUp: () => void }) {
  const { t } = useTranslation('setup')
  const demo = useAct(async () => {
    const token = await auth.tryDemo()
    await auth.token(token)
    location.reload()
  })
  return (
    <GateCard isWide title={t('title')} hint={t('hint')}>
      <div className="y-doors">
        <section>
          <h2>{t('tryTitle')}</h2>
          <p className="y-second">{t('tryText')}</p>
          <Button type="primary" size="large" loading={demo.isRunning} onClick={() => void demo.run(undefined)}>
            {demo.isRunning ? t('tryStarting') : t('tryGo')}
          </Button>
        </section>
        <section>
          <h2>{t('addTitle')}</h2>
          <p className="y-second">{t('addText')}</p>
          <Button size="large" disabled={demo.isRunning} onClick={onSetUp}>
            {t('addGo')}
          </Button>
        </section>
      </div>
      {demo.failure && <Failed failure={demo.failure} />}
    </GateCard>
  )
}

/** Whoever happens on the address of a new site must not be able to take it over. */
function NotFromStart() {
  const { t } = useTranslation('setup')
  return (
    <GateCard title={t('notFromStart')} hint={t('notFromStartHint')}>
      {null}
    </GateCard>
  )
}

/** A new site: two doors, and behind the second its first two people. */
export function FirstRun() {
  const [isSettingUp, setSettingUp] = useState(false)
  const mayBegin = useSession().auth?.mayTakeFirstSteps ?? false
  if (!mayBegin) return <NotFromStart />
  return isSettingUp ? <SetUpForm onBack={() => setSettingUp(false)} /> : <Doors onSetUp={() => setSettingUp(true)} />
}
