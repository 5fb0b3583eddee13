import { call, rpc } from './index.ts'
import { session } from './session.ts'

const AT_MOST_EVERY_MS = 60_000

/** Tells the core that somebody is at the keyboard, at most once a minute; returns how to stop. */
export function watchActivity(): () => void {
  let toldAt = 0
  const told = () => {
    if (session.getState().phase !== 'signed-in' || Date.now() - toldAt < AT_MOST_EVERY_MS) return
    toldAt = Date.now()
    call(() => rpc.session.touch({})).catch(() => {
      toldAt = 0
    })
  }
  const kinds = ['pointerdown', 'keydown', 'wheel', 'pointermove'] as const
  for (const kind of kinds) addEventListener(kind, told, { passive: true, capture: true })
  return () => {
    for (const kind of kinds) removeEventListener(kind, told, { capture: true })
  }
}
