import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { OpenAPIGenerator } from '@orpc/openapi'
import { OpenAPIHandler } from '@orpc/openapi/node'
import type { ORPCError } from '@orpc/server'
import { BodyLimitPlugin } from '@orpc/server/node'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'
import { errorData } from '#contract/errors.ts'
import { contract } from '#contract/index.ts'
import type { App, Context, Core } from '#app/index.ts'
import { sessionCookie } from './cookies.ts'
import { isSameOrigin, sendJson } from './http.ts'
import { attend } from './socket.ts'

const prefix = '/api'
/** An imported known_hosts text is the longest that is sent. */
const bodyLimit = 4 * 1024 ** 2

/** The contract as plain HTTP for scripts: bearer tokens, JSON in and out, described by OpenAPI. */
export function openApi(live: () => { core: Core; app: App }) {
  const handlers = new WeakMap<App, OpenAPIHandler<Context>>()
  let document: Promise<unknown> | undefined
  const handlerOf = (app: App): OpenAPIHandler<Context> => {
    const known = handlers.get(app)
    if (known) return known
    const plugins = [new BodyLimitPlugin<Context>({ maxBodySize: bodyLimit })]
    const made = new OpenAPIHandler<Context>(app, { plugins, customErrorResponseBodyEncoder: typed })
    handlers.set(app, made)
    return made
  }

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { core, app } = live()
    if (request.url === `${prefix}/openapi.json`)
      return sendJson(response, 200, await (document ??= describe(core.version.version)))
    // A cookie alone must not let another site's page act: that page's Origin gives it away.
    if (!isSameOrigin(request)) return sendJson(response, 403, { code: 'session/signed-out', data: {} })
    const context: Context = { ...callerOf(core, request), drained: () => drained(response) }
    const { matched } = await handlerOf(app).handle(request, response, { prefix, context })
    if (!matched) sendJson(response, 404, { code: 'store/not-found', data: { what: 'entry', id: request.url ?? '' } })
  }
}

/** A bearer token speaks for itself; a cookie beside it counts for nothing. */
function callerOf(core: Core, request: IncomingMessage): Pick<Context, 'attend' | 'sessionSecret'> {
  const [scheme, token] = (request.headers.authorization ?? '').split(' ')
  if (scheme?.toLowerCase() === 'bearer' && token)
    return {
      attend: async () => ({ caller: await core.tokens.callerOf(token), isLocked: false }),
      sessionSecret: undefined,
    }
  const secret = sessionCookie(request)
  return { attend: () => attend(core, secret), sessionSecret: secret }
}

/** Bodies that cannot be read fail before an entry is called, and by the same codes. */
function typed(error: ORPCError<string, unknown>): unknown {
  if (error.code in errorData) return error.toJSON()
  const rule = error.code === 'PAYLOAD_TOO_LARGE' ? `at most ${bodyLimit} bytes` : 'JSON'
  return { ...error.toJSON(), code: 'input/invalid', data: { field: 'body', rule } }
}

async function drained(response: ServerResponse): Promise<void> {
  if (!response.writableNeedDrain) return
  const either = new AbortController()
  const { signal } = either
  await Promise.race([once(response, 'drain', { signal }), once(response, 'close', { signal })])
    .catch(() => undefined)
    .finally(() => either.abort())
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
