import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { statusOf } from '#contract/define.ts'
import { AppError } from '#contract/errors.ts'
import { LoginName } from '#contract/identity.ts'
import { ShortText } from '#contract/quantities.ts'
import type { Core, Report } from '#app/index.ts'
import { Gate } from '#lib/gate.ts'
import { sessionCookie, setCookie } from './cookies.ts'
import { readJson, sendJson } from './http.ts'
import { isOwnUser } from './peer.ts'
import { setUpSite } from './set-up.ts'

const Officer = z.object({ name: LoginName, displayName: ShortText, password: z.string().max(200) })
const inputs = {
  token: z.object({ token: z.string().max(200) }),
  signIn: z.object({ name: z.string().max(40), password: z.string().max(200) }),
  unlock: z.object({ password: z.string().max(200) }),
  setUp: z.object({ siteName: ShortText, administrator: Officer, security: Officer }),
}

export type AuthDeps = {
  readonly core: () => Core
  readonly report: Report
  /** Secrets of first-run sessions: they may set the site up and nothing else. */
  readonly firstRun: Set<string>
  /** Goes over to the demo data centre; gives a one-time token there. */
  readonly tryDemo: () => Promise<string>
  readonly newSecret: () => string
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  throw new AppError('input/invalid', { field: issue?.path.join('.') ?? '', rule: issue?.message ?? '' })
}

async function isFirstRun(core: Core): Promise<boolean> {
  return (await core.store.people.count()) === 0
}

async function state({ core: current, firstRun }: AuthDeps, secret: string | undefined) {
  const core = current()
  const { siteName, banner } = core.site.settings()
  const session = await core.sessions.state(secret)
  const isNew = await isFirstRun(core)
  const me = session.phase === 'signed-out' ? null : { ...session.caller }
  const phase = isNew ? 'first-run' : session.phase
  return {
    phase,
    mayTakeFirstSteps: isNew && secret !== undefined && firstRun.has(secret),
    siteName,
    banner,
    ...core.version,
    me,
  }
}

/** With `secret` the session's cookie is set to it; null clears it. */
type Answer = { readonly body: unknown; readonly secret?: string | null }
/** Who comes: with which session's secret, and whether as the user who runs us. */
type Caller = { readonly secret: string | undefined; readonly isOwnUser: () => boolean }
type Route = (body: unknown, caller: Caller) => Promise<Answer>

function sessionRoutes(deps: AuthDeps): Record<string, Route> {
  return {
    token: async (body, { isOwnUser }) => {
      const purpose = deps.core().links.spend(parse(inputs.token, body).token, isOwnUser)
      if (!purpose) throw new AppError('session/token-spent', {})
      if (purpose.kind === 'sign-in') return { body: {}, secret: await deps.core().sessions.signInByLink(purpose.name) }
      const secret = deps.newSecret()
      deps.firstRun.add(secret)
      return { body: {}, secret }
    },
    'sign-in': async body => {
      const { name, password } = parse(inputs.signIn, body)
      return { body: {}, secret: await deps.core().sessions.signIn(name, password) }
    },
    unlock: async (body, { secret }) => {
      if (secret === undefined) throw new AppError('session/signed-out', {})
      await deps.core().sessions.unlock(secret, parse(inputs.unlock, body).password)
      return { body: {} }
    },
    'sign-out': async (_, { secret }) => {
      if (secret !== undefined) await deps.core().sessions.signOut(secret)
      return { body: {}, secret: null }
    },
  }
}

/** What a new site offers; one step at a time, so that a second click finds the first one's work done. */
function firstRunRoutes(deps: AuthDeps): Record<string, Route> {
  const gate = new Gate(1)
  const first =
    (step: (body: unknown) => Promise<Answer>): Route =>
    (body, { secret }) =>
      gate.run('first-run', async () => {
        if (!(await isFirstRun(deps.core()))) throw new AppError('site/already-set-up', {})
        if (secret === undefined || !deps.firstRun.has(secret)) throw new AppError('session/signed-out', {})
        return step(body)
      })
  return {
    'set-up': first(async body => {
      const core = deps.core()
      const input = parse(inputs.setUp, body)
      await setUpSite(core, input)
      deps.firstRun.clear()
      const { name, password } = input.administrator
      return { body: {}, secret: await core.sessions.signIn(name, password) }
    }),
    'try-demo': first(async () => ({ body: { token: await deps.tryDemo() } })),
  }
}

/** Signing in and out and first-run set-up: what must set or read the cookie, which no script of a page can. */
export function openAuth(deps: AuthDeps) {
  const routes = new Map(Object.entries({ ...sessionRoutes(deps), ...firstRunRoutes(deps) }))
  return async (request: IncomingMessage, response: ServerResponse, name: string): Promise<void> => {
    const secret = sessionCookie(request)
    try {
      if (name === 'state' && request.method === 'GET') return sendJson(response, 200, await state(deps, secret))
      const route = request.method === 'POST' ? routes.get(name) : undefined
      if (!route) return sendJson(response, 404, { code: 'store/not-found', data: { what: 'page', id: name } })
      const answer = await route(await readJson(request), { secret, isOwnUser: () => isOwnUser(request.socket) })
      const cookie = answer.secret === undefined ? {} : { 'set-cookie': setCookie(request, answer.secret) }
      sendJson(response, 200, answer.body, cookie)
    } catch (error) {
      // Who went away in the middle of asking hears no answer, and is no bug of ours.
      if (!request.complete) return void response.destroy()
      if (error instanceof AppError)
        return sendJson(response, statusOf(error.code), { code: error.code, data: error.data })
      const ref = randomUUID().slice(0, 8)
      deps.report(error, { ref, path: `auth/${name}` })
      sendJson(response, 500, { code: 'internal', data: { ref } })
    }
  }
}
