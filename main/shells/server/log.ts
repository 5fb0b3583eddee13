import { join } from 'node:path'
import { mkdirSync } from 'node:fs'
import pino from 'pino'
import type { Report } from '#app/index.ts'

/** Bugs and odd events as lines of JSON in the site directory; never a secret, never an address with a token in it. */
export function openLog(site: string): Report {
  mkdirSync(site, { recursive: true, mode: 0o700 })
  const log = pino(
    { base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: join(site, 'yunlong.log'), sync: true, mode: 0o600 }),
  )
  return (error, facts) => log.error({ ...facts, err: error instanceof Error ? error : new Error(String(error)) })
}
