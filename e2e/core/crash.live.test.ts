import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Need } from '#contract/requests.ts'
import { startLab, type Lab, type LabHost } from '#lab/index.ts'
import type { Books, Life, Message } from './crash-core.ts'
import { countConnections, domains, domainState, volumes } from './judge.ts'
import { addPlatform, addTenant, openTestSite } from './test-site.ts'

const CORE = fileURLToPath(new URL('./crash-core.ts', import.meta.url))
const MATRIX_MS = 240_000

let lab: Lab
const scratch = mkdtempSync(join(tmpdir(), 'yunlong-crash-'))
/** Forty lives of the same program: what the first one compiled serves them all. */
const compiled = join(scratch, 'compiled')
beforeAll(async () => {
  lab = await startLab({ hosts: 2 })
})
afterAll(async () => {
  await lab.stop()
  rmSync(scratch, { recursive: true, force: true })
})

type Ended = { readonly messages: readonly Message[]; readonly signal: string | null }

/** Runs one life of a core to its end; between its two halves somebody looks at what it recovered. */
async function run(life: Life, look: (books: Books) => Promise<void>): Promise<Ended> {
  const env = { ...process.env, NODE_COMPILE_CACHE: compiled }
  const child = spawn(process.execPath, [CORE, JSON.stringify(life)], { env })
  const messages: Message[] = []
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  const closed = once(child, 'close')
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const message = JSON.parse(line) as Message
      messages.push(message)
      if (message.kind !== 'recovered') continue
      await look(message.books)
      child.stdin.write('go on\n')
    }
  } finally {
    child.stdin.end()
  }
  const [code, signal] = (await closed) as [number | null, string | null]
  if (code !== 0 && signal !== 'SIGKILL') throw new Error(`the core ended with ${code}: ${errors}`)
  return { messages, signal }
}
const boundaries = ({ messages }: Ended) => messages.flatMap(each => (each.kind === 'boundary' ? [each.name] : []))

/** What the host really has of the machines that were asked for; virsh is started once for all of them. */
async function found(host: LabHost) {
  const [names, disks] = await Promise.all([domains(host), volumes(host)])
  const infos = names.length === 0 ? [] : await host.virsh([names.map(name => `dominfo ${name}`).join('; ')])
  const sizes =
    disks.length === 0 ? [] : await host.virsh([disks.map(disk => `vol-info ${disk} default --bytes`).join('; ')])
  const sum = (lines: readonly string[], key: string) =>
    lines
      .filter(line => line.startsWith(`${key}:`))
      .reduce((all, line) => all + Number.parseInt(line.slice(key.length + 1), 10), 0)
  const memoryKib = sum(infos, 'Max memory')
  return {
    ...{ names, disks },
    used: { vcpus: sum(infos, 'CPU(s)'), memoryBytes: memoryKib * 1024, storageBytes: sum(sizes, 'Capacity') },
  }
}

/** A site with one host and one tenant, closed again. */
async function prepare(host: LabHost) {
  const path = mkdtempSync(join(scratch, `${host.name}-`))
  const site = await openTestSite({ path })
  const { platformId } = await addPlatform(site, [host])
  const { need } = await addTenant(site, platformId)
  await site.close()
  return { path, need }
}

type Death = { readonly name: string; readonly boundary: string }
type Row = { readonly boundary: string; readonly state: string; readonly domain: string; readonly disks: number }

/** Compares what the books say with what the host has, after a core that died there was started again. */
async function judge(host: LabHost, books: Books, { name, boundary }: Death): Promise<Row> {
  const real = await found(host)
  const state = books.jobs.find(job => job.vmName === name)?.state ?? 'none'
  const domain = await domainState(host, name)
  const row = {
    boundary,
    state,
    domain: domain ?? 'none',
    disks: real.disks.filter(each => each.startsWith(name)).length,
  }
  expect(row, boundary).toEqual(
    state === 'done'
      ? { boundary, state, domain: 'running', disks: 1 }
      : { boundary, state: 'undone', domain: 'none', disks: 0 },
  )
  expect(books.requests.find(each => each.vmName === name)?.state, boundary).toBe(
    state === 'done' ? 'granted' : 'failed',
  )
  expect(books, boundary).toMatchObject({ locks: 0, used: real.used, isWhole: true, bugs: [] })
  expect(books.grants, boundary).toMatchObject({ reserved: 0, active: real.names.length })
  // A lab host has few ports for consoles; the machine stays defined and counts.
  if (domain !== null) await host.virsh(`destroy ${name}`)
  return row
}

/**
 * One life per boundary: each ends what the one before left, is judged, approves the next request and dies at the next
 * boundary. The last one dies of nothing.
 */
async function dieAtEach(host: LabHost, isBroken: boolean): Promise<readonly Row[]> {
  const { path, need } = await prepare(host)
  const command = ['virsh', '-q', '-c', host.localUri, 'net-destroy', 'default']
  const rows: Row[] = []
  let died: Death | undefined
  const live = async (name: string | null, killAt: number | null): Promise<Ended> => {
    if (isBroken) await host.virsh('net-start default').catch(() => [])
    const order: Need | null = name === null ? null : need(name, { network: 'default' })
    const sabotage = isBroken ? { step: 'start', command } : null
    return await run({ site: path, need: order, killAt, sabotage }, async books => {
      if (died) rows.push(await judge(host, books, died))
    })
  }
  const all = boundaries(await live('crash-00', null))
  died = { name: 'crash-00', boundary: 'nowhere' }
  // What comes before the step that is broken is the same as when nothing is.
  const first = isBroken ? all.indexOf('start before') + 2 : 1
  for (let killAt = first; killAt <= all.length; killAt++) {
    const name = `crash-${String(killAt).padStart(2, '0')}`
    const life = await live(name, killAt)
    expect([life.signal, boundaries(life)]).toEqual(['SIGKILL', all.slice(0, killAt)])
    died = { name, boundary: `${killAt} ${all[killAt - 1]}` }
  }
  await live(null, null)
  return rows
}

const print = (title: string, rows: readonly Row[]): void => {
  const lines = rows.map(
    ({ boundary, state, domain, disks }) => `  ${boundary.padEnd(26)} ${state.padEnd(8)} ${domain.padEnd(8)} ${disks}`,
  )
  process.stdout.write(`${title}: killed at, then job, domain, disks\n${lines.join('\n')}\n`)
}

test.concurrent(
  'a core that is killed at any boundary of an approval’s job ends it after its next start, and the books equal the host',
  async () => {
    const counting = countConnections(lab.host(0))
    const rows = await dieAtEach(lab.host(0), false)
    print('approval', rows)
    expect(rows).toHaveLength(20)
    expect(rows.every(row => row.state === 'done')).toBe(true)
    expect((await counting.stop()).most).toBe(1)
  },
  MATRIX_MS,
)

test.concurrent(
  'a core that is killed at any boundary while it takes a job back goes on taking it back, and leaves nothing behind',
  async () => {
    const rows = await dieAtEach(lab.host(1), true)
    print('undo', rows)
    expect(rows).toHaveLength(11)
    expect(rows.every(row => row.state === 'undone')).toBe(true)
  },
  MATRIX_MS,
)
