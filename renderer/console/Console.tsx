import { useEffect } from 'react'
import { watchActivity } from '#client/activity.ts'
import { useSession } from '#client/hooks.ts'
import { FirstRun } from './gate/FirstRun.tsx'
import { LockScreen } from './gate/LockScreen.tsx'
import { SignIn } from './gate/SignIn.tsx'
import { Unreachable } from './gate/Unreachable.tsx'
import { Frame } from './frame/Frame.tsx'

/** What stands on the screen, by where the session is. A lock covers the page and leaves it as it was. */
export function Console() {
  const { phase, auth } = useSession()
  useEffect(watchActivity, [])
  switch (phase) {
    case 'reading':
      return null
    case 'unreachable':
      return <Unreachable />
    case 'first-run':
      return <FirstRun />
    case 'signed-out':
      return <SignIn />
    case 'locked':
    case 'signed-in':
      return (
        <>
          {auth.me && (
            <div inert={phase === 'locked'} style={{ height: '100%' }} aria-hidden={phase === 'locked'}>
              <Frame key={auth.me.personId} />
            </div>
          )}
          {phase === 'locked' && <LockScreen />}
        </>
      )
  }
}
