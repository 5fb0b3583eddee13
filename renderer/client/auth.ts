import type { Me } from '#contract/session.ts'
import { Failure, failureOf } from './failure.ts'

export type AuthPhase = 'first-run' | 'signed-out' | 'locked' | 'signed-in'

/** What the shell tells anybody who opens the page. `contract` is the digest of the contract that it serves. */
export type AuthState = {
  readonly phase: AuthPhase
  /** During the first run: whether this page came with the start URL's token. */
  readonly mayTakeFirstSteps: boolean
  readonly siteName: string
  readonly banner: string | null
  readonly version: string
  readonly contract: string
  readonly me: Me | null
}

export type NewPerson = { readonly name: string; readonly displayName: string; readonly password: string }
export type SetUp = { readonly siteName: string; readonly administrator: NewPerson; readonly security: NewPerson }

async function ask(path: string, init: RequestInit): Promise<unknown> {
  try {
    const response = await fetch(path, { ...init, credentials: 'same-origin', cache: 'no-store' })
    const body: unknown = await response.json().catch(() => ({}))
    if (response.ok) return body
    const { code, data } = body as { code?: unknown; data?: unknown }
    if (typeof code !== 'string') throw new Failure(response.status >= 502 ? 'client/offline' : 'client/unexpected')
    throw failureOf({ code, data })
  } catch (error) {
    throw failureOf(error)
  }
}

const post = (path: string, body: unknown): Promise<unknown> =>
  ask(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

/** Sign-in over HTTP, because the cookie that proves a session can only be set there. All throw `Failure`. */
export const auth = {
  state: async (): Promise<AuthState> => (await ask('/auth/state', { method: 'GET' })) as AuthState,
  /** Exchanges the one-time token of a start URL for a session. */
  token: (token: string): Promise<unknown> => post('/auth/token', { token }),
  signIn: (name: string, password: string): Promise<unknown> => post('/auth/sign-in', { name, password }),
  unlock: (password: string): Promise<unknown> => post('/auth/unlock', { password }),
  signOut: (): Promise<unknown> => post('/auth/sign-out', {}),
  setUp: (input: SetUp): Promise<unknown> => post('/auth/set-up', input),
  /** Starts the demo data centre; gives the token of a session in it. */
  tryDemo: async (): Promise<string> => ((await post('/auth/try-demo', {})) as { token: string }).token,
}
