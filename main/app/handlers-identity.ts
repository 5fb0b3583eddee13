import { AppError } from '#contract/errors.ts'
import type { Core } from './core.ts'
import type { Os } from './guard.ts'

export const sessionHandlers = (os: Os, core: Core) => ({
  hello: os.session.hello.handler(({ context }) => {
    const { siteName, banner, idleLockMinutes } = core.site.settings()
    const { caller } = context
    const me =
      caller?.personId != null
        ? {
            personId: caller.personId,
            name: caller.name,
            displayName: caller.displayName,
            roles: [...caller.roles],
            departmentId: caller.departmentId,
          }
        : null
    return { ...core.version, siteName, banner, now: core.clock.now(), idleLockMs: idleLockMinutes * 60_000, me }
  }),
  touch: os.session.touch.handler(async ({ context }) => {
    if (context.sessionSecret) await core.sessions.touch(context.sessionSecret)
    return { lockedAt: core.clock.now() + core.site.settings().idleLockMinutes * 60_000 }
  }),
  changePassword: os.session.changePassword.handler(async ({ context, input }) => {
    const { personId } = context.caller
    // Whoever has a script's token has not the person's session.
    if (personId === null || context.sessionSecret === undefined)
      throw new AppError('session/not-allowed', { needs: [] })
    await core.sessions.checkPassword(personId, input.current)
    await core.people.setPassword(context.caller, {
      personId,
      password: input.next,
      action: 'session.changePassword',
      keptSecret: context.sessionSecret,
    })
    return {}
  }),
})

/** @throws {AppError} store/not-found: nobody acts for a department that is not there */
async function checkDepartment(core: Core, departmentId: string | null): Promise<void> {
  if (departmentId !== null) await core.tenants.findDepartment(departmentId)
}

export const identityHandlers = (os: Os, core: Core) => ({
  list: os.identity.list.handler(() => core.people.list()),
  create: os.identity.create.handler(async ({ context, input }) => {
    await checkDepartment(core, input.departmentId)
    return core.people.create(context.caller, input)
  }),
  update: os.identity.update.handler(async ({ context, input }) => {
    await checkDepartment(core, input.departmentId)
    return core.people.update(context.caller, input)
  }),
  resetPassword: os.identity.resetPassword.handler(async ({ context, input }) => {
    await core.people.setPassword(context.caller, { ...input, action: 'identity.resetPassword' })
    return {}
  }),
  listTokens: os.identity.listTokens.handler(() => core.tokens.list()),
  issueToken: os.identity.issueToken.handler(({ context, input }) => core.tokens.issue(context.caller, input)),
  revokeToken: os.identity.revokeToken.handler(async ({ context, input }) => {
    await core.tokens.revoke(context.caller, input.tokenId)
    return {}
  }),
})
