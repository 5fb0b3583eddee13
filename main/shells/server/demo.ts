import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { Core, Report } from '#app/index.ts'
import type { Announcement } from '#demo/announcement.ts'
import { settleIn, takeOver } from './demo-take-over.ts'

type Child = ChildProcessByStdio<Writable, Readable, null>

const main = fileURLToPath(new URL('../../demo/main.ts', import.meta.url))

/**
 * Starts the simulated centre in a process of its own and takes its hosts over as an administrator would.
 * @returns what stops it again
 */
export async function startDemo(core: Core, report: Report): Promise<() => Promise<void>> {
  const child = spawn(process.execPath, [main, '--seed', '1', '--hosts', '8', '--port', '0'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()))
  const end = (): Promise<void> => {
    child.stdin.destroy()
    return ended
  }
  // Whoever writes to a process that has died hears of it here; that it died is said elsewhere.
  child.stdin.on('error', () => undefined)
  try {
    const settled = await fill(core, child, report)
    return async () => {
      await settled.stop()
      await end()
    }
  } catch (error) {
    await end()
    throw error
  }
}

async function fill(core: Core, child: Child, report: Report): Promise<{ readonly stop: () => Promise<void> }> {
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
  return {
    stop: async () => {
      stop.abort()
      await settled
    },
  }
}

/** @throws when it ends, or cannot be started, before it has said anything */
function firstLine(child: Child): Promise<Announcement> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', code => reject(new Error(`the demo data centre ended with code ${code}`)))
    createInterface({ input: child.stdout }).once('line', line => resolve(JSON.parse(line) as Announcement))
  })
}
