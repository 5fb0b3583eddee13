import { createStore } from 'zustand/vanilla'
import type { Role } from '#contract/roles.ts'
import { auth, type AuthState } from './auth.ts'
import type { Failure } from './failure.ts'

/** `reading`: not asked yet. `unreachable`: the core does not answer and nothing is known yet. */
export type SessionState =
  | { readonly phase: 'reading' | 'unreachable'; readonly auth: AuthState | null }
  | { readonly phase: AuthState['phase']; readonly auth: AuthState }

export const session = createStore<SessionState>()(() => ({ phase: 'reading', auth: null }))

/** A page whose core has become another version is replaced by that core's page. */
function isOutdated(seen: { version: string; contract: string }): boolean {
  const mine = session.getState().auth
  return mine !== null && (mine.version !== seen.version || mine.contract !== seen.contract)
}

/** Asks the shell where we stand. Never rejects: an unanswered question leaves the last answer in place. */
export async function readSession(): Promise<void> {
  try {
    const state = await auth.state()
    if (isOutdated(state)) return location.reload()
    session.setState({ phase: state.phase, auth: state })
  } catch {
    session.setState(have => (have.auth === null ? { phase: 'unreachable', auth: null } : have))
  }
}

/** Compares what the socket's core says it is with the core that gave us this page. */
export function checkVersion(hello: { version: string; contract: string }): void {
  if (isOutdated(hello)) location.reload()
}

/** Takes note of a failure that ends or locks the session; all others pass by. */
export function noteFailure(failure: Failure): void {
  const { auth: known } = session.getState()
  if (known === null) return
  if (failure.code === 'session/locked') session.setState({ phase: 'locked', auth: { ...known, phase: 'locked' } })
  if (failure.code === 'session/signed-out') {
    session.setState({ phase: 'signed-out', auth: { ...known, phase: 'signed-out', me: null } })
  }
}

/** Resolves when somebody is signed in and not locked out; rejects when the signal fires first. */
export function whenSignedIn(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = session.subscribe(look)
    function look(state: SessionState): void {
      if (state.phase !== 'signed-in') return
      stop()
      signal.removeEventListener('abort', leave)
      resolve()
    }
    function leave(): void {
      stop()
      reject(new DOMException('aborted', 'AbortError'))
    }
    if (signal.aborted) return leave()
    signal.addEventListener('abort', leave)
    look(session.getState())
  })
}

/** Whether the person who is signed in has one of the roles. What is not allowed is absent, not grey. */
export function mayUse(roles: readonly Role[] | 'everyone', held: readonly Role[]): boolean {
  return roles === 'everyone' || roles.some(role => held.includes(role))
}
