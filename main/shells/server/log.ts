import { join } from 'node:path'
import { mkdirSync } from 'node:fs'
import pino from 'pino'
import type { Report } from '#app/index.ts'

const maxCauses = 5

/** Bugs and odd events as lines of JSON in the site directory; never a secret, never an address with a token in it. */
export function openLog(site: string): Report {
  mkdirSync(site, { recursive: true, mode: 0o700 })
  const log = pino(
    { base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: join(site, 'yunlong.log'), sync: true, mode: 0o600 }),
  )
  return (error, facts) => log.error({ ...facts, error: traceOf(error) })
}

/** Messages and where they come from. What else hangs on an error may be an answer with a secret in it. */
function traceOf(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause === undefined || depth >= maxCauses ? {} : { cause: traceOf(error.cause, depth + 1) }
  return { name: error.name, message: error.message, stack: error.stack, ...cause }
}
