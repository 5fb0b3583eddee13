import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Core, Report } from '#app/index.ts'
import type { Announcement } from '#demo/announcement.ts'
import { settleIn, takeOver } from './demo-take-over.ts'

const main = fileURLToPath(new URL('../../demo/main.ts', import.meta.url))

/**
 * Starts the simulated centre in a process of its own and takes its hosts over as an administrator would.
 * @returns what stops it again
 */
export async function startDemo(core: Core, report: Report): Promise<() => Promise<void>> {
  const child = spawn(process.execPath, [main, '--seed', '1', '--hosts', '8', '--port', '0'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const announcement = await firstLine(child)
  // One clock that goes wrong, so that an alert can be seen.
  const [host] = announcement.hosts.slice(-1)
  child.stdin.write(`${JSON.stringify({ do: 'skewClock', host: host?.name, aheadMs: 3_200 })}\n`)
  const taken = await takeOver(core, announcement)
  // The rest can be entered once the machines have been seen; nobody needs to wait for that.
  const stop = new AbortController()
  const settled = settleIn(core, announcement, taken, stop.signal).catch((error: unknown) => {
    if (!stop.signal.aborted) report(error, { ref: 'demo', path: 'demo' })
  })
  return async () => {
    stop.abort()
    await settled
    child.stdin.end()
    await new Promise(resolve => (child.exitCode === null ? child.once('exit', resolve) : resolve(null)))
  }
}

function firstLine(child: ChildProcess & { stdout: NodeJS.ReadableStream }): Promise<Announcement> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', code => reject(new Error(`the demo data centre ended with code ${code}`)))
    createInterface({ input: child.stdout }).once('line', line => resolve(JSON.parse(line) as Announcement))
  })
}
