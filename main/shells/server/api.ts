import type { IncomingMessage, ServerResponse } from 'node:http'
import { OpenAPIGenerator } from '@orpc/openapi'
import { OpenAPIHandler } from '@orpc/openapi/node'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'
import { contract } from '#contract/index.ts'
import type { App, Attendance, Context, Core } from '#app/index.ts'
import { sessionCookie } from './cookies.ts'
import { isSameOrigin, sendJson } from './http.ts'
import { attend } from './socket.ts'

const prefix = '/api'

/** The contract as plain HTTP for scripts: bearer tokens, JSON in and out, described by OpenAPI. */
export function openApi(live: () => { core: Core; app: App }) {
  const handlers = new WeakMap<App, OpenAPIHandler<Context>>()
  let document: Promise<unknown> | undefined

  async function attendance(core: Core, request: IncomingMessage): Promise<Attendance> {
    const [scheme, token] = (request.headers.authorization ?? '').split(' ')
    if (scheme?.toLowerCase() === 'bearer' && token)
      return { caller: await core.tokens.callerOf(token), isLocked: false }
    return attend(core, sessionCookie(request))
  }

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { core, app } = live()
    if (request.url === `${prefix}/openapi.json`)
      return sendJson(response, 200, await (document ??= describe(core.version.version)))
    // A cookie alone must not let another site's page act: that page's Origin gives it away.
    if (!isSameOrigin(request)) return sendJson(response, 403, { code: 'session/signed-out', data: {} })
    const handler = handlers.get(app) ?? new OpenAPIHandler<Context>(app)
    handlers.set(app, handler)
    const context: Context = {
      attend: () => attendance(core, request),
      sessionSecret: sessionCookie(request),
      drained: () => drained(response),
    }
    const { matched } = await handler.handle(request, response, { prefix, context })
    if (!matched) sendJson(response, 404, { code: 'store/not-found', data: { what: 'entry', id: request.url ?? '' } })
  }
}

function drained(response: ServerResponse): Promise<void> {
  if (!response.writableNeedDrain) return Promise.resolve()
  return new Promise(resolve => {
    response.once('drain', resolve)
    response.once('close', resolve)
  })
}

function describe(version: string): Promise<unknown> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] })
  return generator.generate(contract, {
    info: { title: 'Yunlong', version },
    servers: [{ url: prefix }],
    security: [{ bearer: [] }],
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
  })
}
