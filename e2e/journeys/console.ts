import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test as base, type Page } from '@playwright/test'

const main = fileURLToPath(new URL('../../main/shells/server/main.ts', import.meta.url))

export type RunningConsole = {
  readonly url: string
  /** Good for one sign-in. */
  readonly link: string
  readonly site: string
  /** The core stands still: its sockets stay open and nothing answers. */
  readonly freeze: () => void
  readonly thaw: () => void
  /** The core goes away at once, as in a power cut. */
  readonly kill: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** Starts the headless shell as a user would and waits for its line. */
export async function startConsole(options: {
  readonly demo: boolean
  readonly site?: string
  readonly port?: number
}): Promise<RunningConsole> {
  const site = options.site ?? mkdtempSync(join(tmpdir(), 'yunlong-journey-'))
  const args = [
    main,
    '--json',
    '--site',
    site,
    '--port',
    String(options.port ?? 0),
    ...(options.demo ? ['--demo'] : []),
  ]
  const child: ChildProcess & { stdout: NodeJS.ReadableStream } = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve)
    child.once('exit', code => reject(new Error(`the core ended with code ${code}`)))
  })
  const { url, link } = JSON.parse(line) as { url: string; link: string }
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await exited
  }
  return {
    url,
    link,
    site,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    kill: () => end('SIGKILL'),
    stop: async () => {
      await end('SIGTERM')
      rmSync(site, { recursive: true, force: true })
    },
  }
}

/** Signs one of the demo's accounts in and opens a room of the console. */
export async function openAs(page: Page, demo: RunningConsole, name: string, room: string): Promise<void> {
  const answer = await page.request.post(`${demo.url}auth/sign-in`, { data: { name, password: 'yunlong-demo' } })
  if (!answer.ok()) throw new Error(`${name} could not sign in: ${await answer.text()}`)
  await page.goto(`${demo.url}#/${room}`)
}

/** A console on the demo data centre, one for each spec file's worker; no page may end with an error that nobody caught. */
export const test = base.extend<{ page: Page }, { demo: RunningConsole }>({
  page: async ({ page }, use) => {
    const uncaught: string[] = []
    page.on('pageerror', error => uncaught.push(error.message))
    await use(page)
    expect(uncaught).toEqual([])
  },
  demo: [
    async ({}, use) => {
      const demo = await startConsole({ demo: true })
      try {
        await use(demo)
      } finally {
        await demo.stop()
      }
    },
    { scope: 'worker' },
  ],
})
export { expect }
