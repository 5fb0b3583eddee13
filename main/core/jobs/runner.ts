import { AppError, type Fault } from '#contract/errors.ts'
import type { JobStep, StepState } from '#contract/jobs.ts'
import type { Actor, Note } from '#core/audit/index.ts'
import { Gate } from '#lib/gate.ts'
import { next } from '#lib/records.ts'
import { askAgain } from './ask-again.ts'
import type { JobHandler, JobRecord, Outcome, PlannedStep } from './model.ts'
import type { JobPorts } from './port.ts'
import { arrows, live, stateAfter, type Act } from './states.ts'

/** Jobs of one host that run at a time; one host's queue never holds up another's. */
const perHost = 4
/** After these nobody knows whether the host did it. */
const unsure: ReadonlySet<string> = new Set([
  'host/silent',
  'host/lost',
  'host/not-connected',
  'vm/reboot-unknown',
  'internal',
])
/** The host is away, and with it whatever has been done there. */
const away: ReadonlySet<string> = new Set(['host/silent', 'host/lost', 'host/not-connected'])

export const subjectOf = (job: JobRecord): Note['subject'] => ({ kind: 'vm', id: job.vmId, name: job.vmName })
export const plannedSteps = (steps: readonly PlannedStep[]): readonly JobStep[] =>
  steps.map(step => ({ ...step, state: 'waiting', startedAt: null, endedAt: null, fault: null }))

const settleTries = 5
/** A job that could not be stored, the disk being full, is taken up again after this. */
const takeUpAgainMs = 30_000
const acts = {
  done: 'finish',
  undone: 'undone',
  failed: 'fail',
  abandoned: 'abandon',
} as const satisfies { [O in Outcome]: Act }

/** True when a step did nothing but wait, and was told to stop. */
const isReason = (signal: AbortSignal, error: unknown): boolean => signal.aborted && error === signal.reason

type Work = { readonly ended: Promise<void>; readonly stopping: AbortController }

/** Carries jobs out, a commit before and after every step, so that a crash between any two loses and doubles nothing. */
export class Runner {
  readonly #ports: JobPorts
  readonly #gate = new Gate(perHost)
  readonly #running = new Map<string, Work>()
  readonly #closing = new AbortController()

  constructor(ports: JobPorts) {
    this.#ports = ports
  }

  /** Takes a stored job up where it stands; one that is being carried out already is left alone. */
  kick(job: JobRecord): void {
    if (this.#closing.signal.aborted || this.#running.has(job.jobId)) return
    const stopping = new AbortController()
    const signal = AbortSignal.any([this.#closing.signal, stopping.signal])
    const carryOut = (): Promise<void> => this.#carryOut(job, signal)
    const mayWait = this.#ports.handlers[job.kind].onlyWaits
    const ended = (mayWait ? carryOut() : this.#gate.run(job.hostId, carryOut))
      // A step's failure is stored with the job; what comes here could not be stored, and the job is as it was.
      .catch((error: unknown) => {
        this.#ports.faultOf(new Error(`job ${job.jobId} came to a halt`, { cause: error }))
        void this.#takeUpLater(job.jobId)
      })
      .finally(() => this.#running.delete(job.jobId))
    this.#running.set(job.jobId, { ended, stopping })
  }

  /** As the next start of the core would. */
  async #takeUpLater(jobId: string): Promise<void> {
    const { signal } = this.#closing
    try {
      await this.#ports.clock.sleep(takeUpAgainMs, signal)
      const job = await this.#ports.jobs.get(jobId)
      if (job && live.includes(job.state)) this.kick(job)
    } catch (error) {
      if (!isReason(signal, error)) this.#ports.faultOf(error)
    }
  }

  /** Stops a job between two steps, or where a step only waits; resolves when it is left alone, or has ended. */
  async halt(jobId: string): Promise<void> {
    const work = this.#running.get(jobId)
    work?.stopping.abort(new Error('another job takes over'))
    await work?.ended
  }

  /** Stops between two steps, or where a step only waits; the rest is taken up at the next start. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('the core is closing'))
    await Promise.all([...this.#running.values()].map(({ ended }) => ended))
  }

  async #carryOut(stored: JobRecord, signal: AbortSignal): Promise<void> {
    let job = stored
    const handler = this.#ports.handlers[job.kind]
    if (job.state !== 'undoing') job = await this.#goOn(job, handler, signal)
    if (job.state === 'undoing') job = await this.#takeBack(job, handler, signal)
    // `running` here means that it was stopped: nothing is settled, the next start goes on.
  }

  async #goOn(stored: JobRecord, handler: JobHandler, signal: AbortSignal): Promise<JobRecord> {
    let job = stored
    const interrupted = job.steps.find(step => step.state === 'running')
    if (interrupted && !handler.isRepeatable(interrupted.name))
      return this.#mark(job, interrupted, 'unknown', null, stateAfter(job, 'stick'))
    // The last life stored how a step failed, and not yet that the job had.
    if (job.steps.some(step => step.state === 'failed' || step.state === 'unknown')) return this.#end(job, 'failed')
    if (job.state === 'queued')
      job = await this.#save(next(job, { state: stateAfter(job, 'start'), startedAt: this.#ports.clock.now() }))
    for (const { name } of job.steps) {
      const step = job.steps.find(candidate => candidate.name === name)
      if (!step || step.state === 'done') continue
      if (signal.aborted) return job
      job = await this.#mark(job, step, 'running', null)
      const running = job
      const run = (): Promise<void> => handler.run(name, running, signal)
      try {
        await this.#boundary(job, name, 'before')
        await (handler.isRepeatable(name) ? askAgain(this.#ports.clock, signal, run) : run())
        await this.#boundary(job, name, 'after')
      } catch (error) {
        if (isReason(signal, error)) return job
        return this.#failed(job, name, this.#ports.faultOf(error))
      }
      job = await this.#mark(job, step, 'done', null)
      await this.#boundary(job, name, 'committed')
    }
    return this.#end(job, 'done')
  }

  async #failed(job: JobRecord, name: JobStep['name'], fault: Fault): Promise<JobRecord> {
    const step = job.steps.find(candidate => candidate.name === name)
    if (!step) return job
    const state: StepState = unsure.has(fault.code) ? 'unknown' : 'failed'
    if (job.steps.every(candidate => candidate.inverse === null))
      return this.#end(await this.#mark(job, step, state, fault), 'failed')
    const hasTouched = job.steps.some(candidate => candidate.inverse !== null && candidate.state !== 'waiting')
    // A host that is away cannot be asked what it has; once it is back, a person says which way.
    const act = away.has(fault.code) && hasTouched ? 'stick' : 'take-back'
    return this.#mark(job, step, state, fault, stateAfter(job, act))
  }

  async #takeBack(stored: JobRecord, handler: JobHandler, signal: AbortSignal): Promise<JobRecord> {
    let job = stored
    for (const { name } of [...job.steps].reverse()) {
      const step = job.steps.find(candidate => candidate.name === name)
      if (!step || step.inverse === null || step.state === 'waiting' || step.state === 'undone') continue
      if (signal.aborted) return job
      const undoing = job
      try {
        await this.#boundary(job, name, 'before')
        await askAgain(this.#ports.clock, signal, () => handler.undo(name, undoing, signal))
        await this.#boundary(job, name, 'after')
      } catch (error) {
        if (isReason(signal, error)) return job
        return this.#mark(job, step, 'unknown', this.#ports.faultOf(error), stateAfter(job, 'stick'))
      }
      job = await this.#mark(job, step, 'undone', step.fault)
      await this.#boundary(job, name, 'committed')
    }
    return this.#end(job, 'undone')
  }

  /** Ends a job: its state, its settlement and its lock go in one commit. */
  async #end(
    job: JobRecord,
    outcome: Outcome,
    actor: Actor = job.author,
    reason: string | null = null,
  ): Promise<JobRecord> {
    const ended = next(job, { state: stateAfter(job, acts[outcome]), endedAt: this.#ports.clock.now() })
    await this.#boundary(job, 'end', 'before')
    for (let round = 1; ; round++) {
      try {
        await this.#settle(job, ended, outcome, { actor, reason })
        break
      } catch (error) {
        // What it is settled with was changed between reading and committing: read again.
        const isRace = error instanceof AppError && error.code === 'store/changed-meanwhile'
        if (!isRace || round >= settleTries) throw error
      }
    }
    this.#ports.onChange(ended)
    return ended
  }

  async #settle(job: JobRecord, ended: JobRecord, outcome: Outcome, by: Pick<Note, 'actor' | 'reason'>): Promise<void> {
    const { jobs, locks, committer, handlers } = this.#ports
    const settlement = await handlers[job.kind].settle(ended, outcome)
    const data = { jobId: job.jobId, kind: job.kind, fault: job.fault }
    const note: Note = { ...by, action: `jobs.${outcome}`, subject: subjectOf(job), data }
    await committer.commit({
      expect: [jobs.seen(job), ...settlement.expect],
      writes: [jobs.put(ended), locks.remove(job.vmId), ...settlement.writes],
      audit: [note, ...settlement.audit],
    })
  }

  /** What a person decides about a job that got stuck. */
  async decide(job: JobRecord, act: 'resume' | 'undo' | 'abandon', actor: Actor, reason: string): Promise<void> {
    const to = arrows[job.state][act]
    const isIdle = act === 'undo' && job.steps.every(step => step.inverse === null)
    if (!to || isIdle) throw new AppError('job/wrong-state', { jobId: job.jobId, state: job.state, action: act })
    if (act === 'abandon') return void (await this.#end(job, 'abandoned', actor, reason))
    const again = (step: JobStep): JobStep =>
      act === 'resume' && step.state !== 'done' ? { ...step, state: 'waiting', fault: null } : step
    const after = next(job, { state: to, steps: job.steps.map(again), fault: act === 'resume' ? null : job.fault })
    const note: Note = { actor, action: `jobs.${act}`, subject: subjectOf(job), reason, data: { jobId: job.jobId } }
    await this.#ports.committer.commit({
      expect: [this.#ports.jobs.seen(job)],
      writes: [this.#ports.jobs.put(after)],
      audit: [note],
    })
    this.#ports.onChange(after)
    await this.#running.get(job.jobId)?.ended
    this.kick(after)
  }

  /** Stores a step's new state, and the job's when that changes with it. */
  #mark(
    job: JobRecord,
    step: JobStep,
    state: StepState,
    fault: Fault | null,
    jobState = job.state,
  ): Promise<JobRecord> {
    const now = this.#ports.clock.now()
    const marked: JobStep = {
      ...step,
      state,
      fault,
      startedAt:
        state === 'running' ? now : (step.startedAt ?? job.steps.find(s => s.name === step.name)?.startedAt ?? now),
      endedAt: state === 'running' ? null : now,
    }
    const steps = job.steps.map(candidate => (candidate.name === step.name ? marked : candidate))
    // What went wrong first is why the job failed; what then hinders taking it back stands with its step.
    return this.#save(next(job, { steps, state: jobState, fault: job.fault ?? fault }))
  }

  async #save(job: JobRecord): Promise<JobRecord> {
    const { jobs, committer } = this.#ports
    const before = { ...job, version: job.version - 1 }
    await committer.commit({ expect: [jobs.seen(before)], writes: [jobs.put(job)], audit: [] })
    this.#ports.onChange(job)
    return job
  }

  async #boundary(job: JobRecord, step: JobStep['name'] | 'end', at: 'before' | 'after' | 'committed'): Promise<void> {
    await this.#ports.onBoundary?.({ jobId: job.jobId, step, at })
  }
}
