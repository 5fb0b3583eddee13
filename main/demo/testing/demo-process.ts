import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Announcement } from '#demo/announcement.ts'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))

export type DemoProcess = {
  readonly announcement: Announcement
  readonly pid: number
  /** From the spawn to the announcement. */
  readonly startedInMs: number
  /** Sends one command on standard input. @returns its answer */
  readonly control: (command: Readonly<Record<string, unknown>>) => Promise<unknown>
  /** Closes standard input. @returns the exit code */
  readonly stop: () => Promise<number | null>
}

/** Starts the simulated centre as its own process, as the console does. */
export async function startDemoProcess(...args: readonly string[]): Promise<DemoProcess> {
  const startedAt = performance.now()
  const child = spawn(process.execPath, [MAIN, '--port', '0', ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  const exited = once(child, 'exit') as Promise<[number | null]>
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const first = await lines.next()
  if (first.done === true || child.pid === undefined) throw new Error('the demo ended before it was ready')
  return {
    announcement: JSON.parse(first.value) as Announcement,
    pid: child.pid,
    startedInMs: performance.now() - startedAt,
    control: async command => {
      child.stdin.write(`${JSON.stringify(command)}\n`)
      const answer = await lines.next()
      return answer.done === true ? null : (JSON.parse(answer.value) as unknown)
    },
    stop: async () => {
      child.stdin.end()
      return (await exited)[0]
    },
  }
}
