import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Core } from '#app/index.ts'
import type { Announcement } from '#demo/announcement.ts'
import { adoptMachines, takeOver } from './demo-take-over.ts'

const main = fileURLToPath(new URL('../../demo/main.ts', import.meta.url))

/** Starts the simulated centre in a process of its own and takes its hosts over as an administrator would. */
export async function startDemo(core: Core): Promise<() => Promise<void>> {
  const child = spawn(process.execPath, [main, '--seed', '1', '--hosts', '8', '--port', '0'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const announcement = await firstLine(child)
  const taken = await takeOver(core, announcement)
  // Ownership can be said once the machines have been seen; nobody needs to wait for that.
  const stop = new AbortController()
  const adopted = adoptMachines(core, announcement, taken, stop.signal).catch((error: unknown) => {
    if (!stop.signal.aborted) throw error
  })
  return async () => {
    stop.abort()
    await adopted
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
