import type { IncomingMessage } from 'node:http'

const name = 'yunlong_session'

/** The session's secret in a request's cookies. */
export function sessionCookie(request: IncomingMessage): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [key, value] = part.trim().split('=')
    if (key === name && value) return value
  }
  return undefined
}

export const setCookie = (secret: string): string =>
  `${name}=${secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age=43200`
export const clearCookie = `${name}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0`
