import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openCore, openSiteDir, type Core } from '#app/index.ts'
import type { Announcement } from '#demo/announcement.ts'
import { takeOver } from '#shells/server/demo-take-over.ts'

const hosts = 50
const frozen = 5
/** Short, so that a schedule can be judged within a test; the rules are the same as with 15 s. */
const pollIntervalMs = 3_000
const main = fileURLToPath(new URL('../../main/demo/main.ts', import.meta.url))

type Demo = {
  readonly child: ChildProcess & { stdin: NodeJS.WritableStream }
  readonly lines: Interface
  readonly announcement: Announcement
}
let demo: Demo
let site: string
let core: Core

async function startDemo(): Promise<Demo> {
  const child = spawn(process.execPath, [main, '--hosts', String(hosts)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })
  const [line] = (await once(lines, 'line')) as [string]
  return { child, lines, announcement: JSON.parse(line) as Announcement }
}

async function command(facts: object): Promise<void> {
  demo.child.stdin.write(`${JSON.stringify(facts)}\n`)
  const [answer] = (await once(demo.lines, 'line')) as [string]
  expect(JSON.parse(answer)).toEqual({ ok: true })
}

const bugs: unknown[] = []
const open = () =>
  openCore({ dir: openSiteDir(site), passwordCost: { N: 1024, r: 8, p: 1 }, onError: error => bugs.push(error) })
const isUp = () => core.fleet.hosts.rows().filter(host => host.state === 'up').length
async function until(what: () => boolean, ms: number): Promise<number> {
  const start = performance.now()
  while (!what()) {
    if (performance.now() - start > ms) throw new Error(`not within ${ms} ms: ${what}`)
    await core.clock.sleep(20)
  }
  return performance.now() - start
}

beforeAll(async () => {
  site = mkdtempSync(join(tmpdir(), 'yunlong-fifty-'))
  demo = await startDemo()
  core = await open()
  await takeOver(core, demo.announcement)
  core.fleet.setPollInterval(pollIntervalMs)
})
afterAll(async () => {
  await core.close()
  demo.child.stdin.end()
  await once(demo.child, 'exit')
  rmSync(site, { recursive: true, force: true })
})

test('fifty hosts with a thousand machines are listed at once after a restart, and soon fresh (D1, D2)', async () => {
  await until(() => isUp() === hosts, 60_000)
  expect(core.fleet.vms.size).toBeGreaterThan(1_000)
  const known = core.fleet.vms.size
  await core.close()

  const startedAt = performance.now()
  core = await open()
  // Nobody has answered yet: this is what the site remembers.
  const remembered = core.fleet.vms.rows()
  const listedMs = performance.now() - startedAt
  expect(remembered).toHaveLength(known)
  expect(remembered.every(vm => !vm.isKnown && vm.state !== undefined)).toBe(true)
  expect(listedMs).toBeLessThan(1_000)
  await until(() => isUp() === hosts, 10_000)
  expect(bugs).toEqual([])
})

test('five hosts that accept and never answer do not delay the other forty-five (D3)', async () => {
  core.fleet.setPollInterval(pollIntervalMs)
  const silent = demo.announcement.hosts.slice(0, frozen).map(host => host.name)
  const others = () => core.fleet.hosts.rows().filter(host => !silent.includes(host.name))
  const agesNow = () => others().map(host => core.clock.now() - (host.seenAt ?? 0))
  await until(() => Math.max(...agesNow()) < pollIntervalMs, 20_000)
  const ages: number[] = []
  const looking = setInterval(() => ages.push(...agesNow()), 100)
  for (const host of silent) await command({ do: 'freeze', host })
  await until(() => core.fleet.hosts.rows().filter(host => host.state === 'silent').length === frozen, 60_000)
  await core.clock.sleep(10_000)
  clearInterval(looking)
  // On schedule: an interval, and what a poll takes on a busy machine.
  expect(Math.max(...ages)).toBeLessThan(pollIntervalMs + 1_000)
  const [row] = core.fleet.vms.rows().filter(vm => vm.hostName === silent[0])
  expect(row).toMatchObject({ isKnown: false })
  expect(row?.state).not.toBe('shutoff')
  expect(core.fleet.alerts().filter(alert => alert.vmId !== null || alert.fault.code.startsWith('alert/vm'))).toEqual(
    [],
  )

  for (const host of silent) await command({ do: 'revive', host })
  await until(() => isUp() === hosts, 60_000)
  expect(bugs).toEqual([])
})
