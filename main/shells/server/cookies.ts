import type { IncomingMessage } from 'node:http'

/** Cookies know no ports: each has a name of its own, or two sites on one machine would sign each other out. */
const nameFor = ({ headers }: IncomingMessage): string => `yunlong_${/:(\d+)$/.exec(headers.host ?? '')?.[1] ?? 80}`

/** The session's secret in a request's cookies. */
export function sessionCookie(request: IncomingMessage): string | undefined {
  const name = nameFor(request)
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [key, value] = part.trim().split('=')
    if (key === name && value) return value
  }
  return undefined
}

/** Sets the cookie for twelve hours; without a secret it clears it. */
export const setCookie = (request: IncomingMessage, secret: string | null): string =>
  `${nameFor(request)}=${secret ?? ''}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${secret === null ? 0 : 43_200}`
