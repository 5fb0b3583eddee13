import type { IncomingMessage, ServerResponse } from 'node:http'
import { AppError } from '#contract/errors.ts'

const bodyLimit = 64 * 1024
const drainLimit = 4 * 1024 ** 2

/** Sent with everything: no foreign script, frame or connection, nothing guessed, nothing told onwards. */
export const securityHeaders = {
  'content-security-policy':
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    ...headers,
  })
  response.end(JSON.stringify(body))
}

/** @throws {AppError} input/invalid: too long, or not JSON */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const body = await readBody(request)
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (cause) {
    throw new AppError('input/invalid', { field: 'body', rule: 'JSON' }, { cause })
  }
}

/** What is too long is not kept, but read to its end or the connection's: who still sends does not read the answer. */
async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.byteLength
    if (size <= bodyLimit) chunks.push(chunk)
    else if (size > drainLimit) request.destroy()
  }
  if (size > bodyLimit) throw new AppError('input/invalid', { field: 'body', rule: `at most ${bodyLimit} bytes` })
  return Buffer.concat(chunks)
}

/** True when the call comes from our own page, or from no page at all (a script, which sends no Origin). */
export function isSameOrigin(request: IncomingMessage): boolean {
  const { origin, host } = request.headers
  return origin === undefined || origin === `http://${host}`
}

/** A name that a page on another site cannot have made resolve to us. */
export function isOwnHost(request: IncomingMessage): boolean {
  const name = (request.headers.host ?? '').replace(/:\d+$/, '')
  return ['127.0.0.1', 'localhost', '[::1]'].includes(name)
}
