import { expect } from 'vitest'
import { AppError, faultOf } from '#contract/errors.ts'
import { HostId, PlatformId, VmId } from '#contract/ids.ts'
import type { JobKind, JobStep } from '#contract/jobs.ts'
import { openJobs, type Boundary, type JobHandler, type JobRecord, type NewJob } from '#core/jobs/index.ts'
import { note, type openTestStore } from '#store/testing.ts'

type Store = Awaited<ReturnType<typeof openTestStore>>
export type Step = JobStep['name']
export type Boundaries = (boundary: Boundary) => void | Promise<void>
export const actor = { name: 'duty', displayName: '值班长' }
export const steps: readonly Step[] = ['check', 'create-volume', 'define']
export const wanted = (vm = 'vm', more: Partial<NewJob> = {}): NewJob => ({
  kind: 'vm.create',
  platformId: PlatformId.parse('p'),
  hostId: HostId.parse('h1'),
  hostName: 'H1',
  vmId: VmId.parse(`h1.${vm}`),
  vmName: vm,
  requestId: null,
  forWhom: null,
  author: actor,
  reason: '测试',
  payload: {},
  ...more,
})

/** What a host would have: which steps are done there, how often each was called, and what goes wrong with which. */
export class Machine {
  readonly done: string[] = []
  /** Whether the last step may be done twice. */
  isRepeatable = false
  readonly calls: string[] = []
  readonly faults = new Map<string, Error>()
  /** Goes wrong once, then no more. */
  readonly mishaps = new Map<string, Error>()
  readonly waits = new Map<string, Promise<void>>()

  async call(what: string, vm: string, signal?: AbortSignal): Promise<void> {
    this.calls.push(what)
    const closing = Promise.withResolvers<void>()
    signal?.addEventListener('abort', () => closing.reject(signal.reason as Error))
    const waiting = this.waits.get(`${what} ${vm}`)
    if (waiting) await Promise.race([waiting, closing.promise])
    closing.promise.catch(() => undefined)
    const fault = this.mishaps.get(what) ?? this.faults.get(what)
    this.mishaps.delete(what)
    if (fault) throw fault
  }
}

/** Jobs of three steps, the last two with an inverse, over a machine that remembers. */
export async function openWork(store: Store, machine: Machine, onBoundary?: Boundaries, settle?: JobHandler['settle']) {
  const seen: JobRecord[] = []
  const bugs: unknown[] = []
  const handler: JobHandler = {
    plan: () => steps.map(name => ({ name, plan: name, inverse: name === 'check' ? null : `undo ${name}` })),
    isRepeatable: step => step !== 'define' || machine.isRepeatable,
    onlyWaits: false,
    givesWayTo: [],
    run: async (step, job, signal) => {
      await machine.call(step, job.vmName, signal)
      if (!machine.done.includes(step)) machine.done.push(step)
    },
    undo: async (step, job) => {
      await machine.call(`undo ${step}`, job.vmName)
      if (machine.done.includes(step)) machine.done.splice(machine.done.indexOf(step), 1)
    },
    settle:
      settle ?? ((_, outcome) => Promise.resolve({ expect: [], writes: [], audit: [note(`settled.${outcome}`)] })),
  }
  const handlers: Record<JobKind, JobHandler> = {
    'vm.create': handler,
    'vm.start': oneStep(handler, 'start', {}),
    'vm.shutdown': oneStep(handler, 'shutdown', { onlyWaits: true, givesWayTo: ['vm.force-off'] }),
    'vm.reboot': oneStep(handler, 'reboot', {
      onlyWaits: true,
      givesWayTo: ['vm.force-off'],
      isRepeatable: () => false,
    }),
    'vm.force-off': oneStep(handler, 'force-off', { onlyWaits: true }),
  }
  const jobs = openJobs({
    ...{ jobs: store.jobs, locks: store.locks, committer: store.committer, clock: store.clock, handlers },
    onChange: job => void seen.push(job),
    faultOf: error => {
      if (!(error instanceof AppError)) bugs.push(error)
      return faultOf(error)
    },
    ...(onBoundary ? { onBoundary } : {}),
  })
  const ended = async (jobId: string, state: JobRecord['state']): Promise<JobRecord> => {
    await expect.poll(() => seen.findLast(job => job.jobId === jobId)?.state, { timeout: 10_000 }).toBe(state)
    return jobs.find(jobId)
  }
  const start = (job = wanted()): Promise<JobRecord> => jobs.enqueue(job, () => note('vms.act'))
  return { jobs, seen, bugs, ended, start }
}

const oneStep = (handler: JobHandler, name: Step, more: Partial<JobHandler>): JobHandler => ({
  ...handler,
  plan: () => [{ name, plan: name, inverse: null }],
  ...more,
})

export const statesOf = (job: JobRecord): string[] => job.steps.map(step => step.state)
