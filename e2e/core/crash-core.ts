import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { writeSync } from 'node:fs'
import type { Job } from '#contract/jobs.ts'
import type { Need } from '#contract/requests.ts'
import type { Amounts } from '#contract/quantities.ts'
import { eventually, openTestSite, restingJob, type TestSite } from './test-site.ts'

/** One life of a core: first it ends what the life before left open; told to go on, it approves a request and may die of it. */
export type Life = {
  readonly site: string
  readonly need: Need | null
  /** The approval's boundary at which the process ends itself as a power cut would; counted from 1. */
  readonly killAt: number | null
  /** Run before a step is called, so that it fails. */
  readonly sabotage: { readonly step: string; readonly command: readonly string[] } | null
}

/** What the books say once nothing is open any more. */
export type Books = {
  readonly jobs: readonly Pick<Job, 'vmName' | 'state' | 'fault'>[]
  readonly locks: number
  readonly grants: { readonly reserved: number; readonly active: number; readonly released: number }
  readonly requests: readonly { readonly vmName: string; readonly state: string }[]
  readonly used: Amounts | undefined
  readonly isWhole: boolean
  readonly bugs: readonly string[]
}
export type Message =
  | { readonly kind: 'recovered'; readonly books: Books; readonly tookMs: number }
  | { readonly kind: 'boundary'; readonly count: number; readonly name: string }
  | { readonly kind: 'ended'; readonly state: Job['state'] }

/** Written at once: nothing that was said is lost with the process. */
const say = (message: Message): void => void writeSync(1, `${JSON.stringify(message)}\n`)

async function booksOf(site: TestSite): Promise<Books> {
  const jobs = site.core.jobBoard.rows()
  for (const { jobId } of jobs) await restingJob(site, jobId)
  const [locks, grants, requests, departments] = await Promise.all([
    site.core.store.locks.list(),
    site.core.store.grants.list(),
    site.core.store.requests.list(),
    site.as('operator').tenants.departments({}),
  ])
  const count = (state: string) => grants.filter(grant => grant.state === state).length
  return {
    jobs: site.core.jobBoard.rows().map(({ vmName, state, fault }) => ({ vmName, state, fault })),
    locks: locks.length,
    grants: { reserved: count('reserved'), active: count('active'), released: count('released') },
    requests: requests.map(({ vmName, state }) => ({ vmName, state })),
    used: departments[0]?.quotas[0]?.used,
    isWhole: (await site.as('auditor').audit.verify({})).isWhole,
    bugs: site.bugs.map(String),
  }
}

async function live({ site: path, need, killAt, sabotage }: Life): Promise<void> {
  const startedAt = performance.now()
  let isApproving = false
  let left = sabotage
  let count = 0
  const site = await openTestSite({
    path,
    onBoundary: ({ step, at }) => {
      if (!isApproving) return
      if (left?.step === step && at === 'before') {
        execFileSync(left.command[0] ?? '', left.command.slice(1))
        left = null
      }
      count += 1
      say({ kind: 'boundary', count, name: `${step} ${at}` })
      if (count === killAt) process.kill(process.pid, 'SIGKILL')
    },
  })
  await eventually(() => site.core.fleet.hosts.rows().every(host => host.state === 'up'), 30_000)
  const books = await booksOf(site)
  say({ kind: 'recovered', books, tookMs: Math.round(performance.now() - startedAt) })
  await once(process.stdin, 'data')
  if (need !== null) {
    const { requestId, version } = await site.as('operator').requests.submit(need)
    const decision = { requestId, version, hostId: null, remark: null }
    isApproving = true
    const { jobId } = await site.as('approver').requests.approve(decision)
    say({ kind: 'ended', state: (await restingJob(site, jobId)).state })
  }
  await site.close()
  process.stdin.destroy()
}

await live(JSON.parse(process.argv[2] ?? '') as Life)
