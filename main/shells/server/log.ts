import { appendFileSync, existsSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Report } from '#app/index.ts'

const maxCauses = 5
/** One full file is kept beside the one that grows; so much of the disk and no more. */
const fullBytes = 8 * 1024 ** 2

/**
 * Bugs and odd events as lines of JSON in the site directory; never a secret, never an address with a token in it. A log
 * that cannot be written stops nothing: with the disk full there is more than one thing to say, and nobody must die of it.
 */
export function openLog(site: string): Report {
  const file = join(site, 'yunlong.log')
  return (error, facts) => {
    const line = `${JSON.stringify({ time: new Date().toISOString(), ...facts, error: traceOf(error) })}\n`
    try {
      if (existsSync(file) && statSync(file).size > fullBytes) renameSync(file, `${file}.1`)
      appendFileSync(file, line, { mode: 0o600 })
    } catch {
      process.stderr.write(line)
    }
  }
}

/** Messages and where they come from. What else hangs on an error may be an answer with a secret in it. */
function traceOf(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause === undefined || depth >= maxCauses ? {} : { cause: traceOf(error.cause, depth + 1) }
  return { name: error.name, message: error.message, stack: error.stack, ...cause }
}
