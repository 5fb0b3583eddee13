import { randomUUID } from 'node:crypto'
import { AppError } from '#contract/errors.ts'
import { RequestId } from '#contract/ids.ts'
import type { HistoryEntry, Need, Request } from '#contract/requests.ts'
import type { Note } from '#core/audit/index.ts'
import type { Caller } from '#core/identity/index.ts'
import { next } from '#lib/records.ts'
import type { LedgerRecord, RequestRecord } from './model.ts'
import type { RequestPorts } from './port.ts'
import { arrows, type RequestAction } from './states.ts'

const hourMs = 3_600_000
const numberTries = 8

export const subjectOf = (request: RequestRecord): Note['subject'] => ({
  kind: 'request',
  id: request.requestId,
  name: `${request.number} ${request.vmName}`,
})

/** Where an action leads; a missing arrow is refused with the state that forbids it. */
export function stateAfter(request: RequestRecord, action: RequestAction): RequestRecord['state'] {
  const arrow = arrows[request.state][action]
  if (!arrow) throw new AppError('request/wrong-state', { requestId: request.requestId, state: request.state, action })
  return arrow.to
}

export const entry = (
  at: number,
  by: string,
  action: HistoryEntry['action'],
  reason: string | null = null,
): HistoryEntry => ({ at, by, action, reason })

/** An applicant acts for one department only. */
export function holdToDepartment(caller: Caller, departmentId: string): void {
  if (caller.departmentId !== null && caller.departmentId !== departmentId)
    throw new AppError('session/other-department', {})
}

/** How needs come in: checked, numbered, dated. */
export function openIntake(ports: RequestPorts) {
  const { requests, ledgers, committer, clock, site, tenants } = ports

  /** @throws {AppError} what makes the need impossible whatever the capacity */
  async function checkNeed(caller: Caller, need: Need): Promise<void> {
    holdToDepartment(caller, need.departmentId)
    const [application, platform] = await Promise.all([
      tenants.findApplication(need.applicationId),
      site.findPlatform(need.platformId),
    ])
    if (application.departmentId !== need.departmentId)
      throw new AppError('store/not-found', { what: 'application', id: need.applicationId })
    if (application.level !== need.level)
      throw new AppError('request/level-unlike-application', { level: need.level, applicationLevel: application.level })
    if (!platform.levels.includes(need.level))
      throw new AppError('request/level-not-carried', {
        level: need.level,
        carried: [...platform.levels],
        platform: platform.name,
      })
    if (need.until !== null && need.until < need.from)
      throw new AppError('request/term-invalid', { from: need.from, until: need.until })
  }

  async function find(requestId: string): Promise<RequestRecord> {
    const request = await requests.get(requestId)
    if (!request) throw new AppError('store/not-found', { what: 'request', id: requestId })
    return request
  }

  const deadlineFrom = (at: number) => at + site.settings().approvalDeadlineHours * hourMs

  /** Numbers of a year have no gaps and no doubles: the year's ledger grows in the same commit. */
  async function submit(caller: Caller, need: Need): Promise<RequestRecord> {
    await checkNeed(caller, need)
    for (let attempt = 1; ; attempt++) {
      const at = clock.now()
      const year = new Date(at + 8 * hourMs).getUTCFullYear()
      const ledgerId = `requests/${year}`
      const ledger = await ledgers.get(ledgerId)
      const after: LedgerRecord = ledger ? next(ledger, {}) : { ledgerId, version: 1 }
      const request: RequestRecord = {
        ...need,
        requestId: RequestId.parse(randomUUID()),
        number: `${year}-${String(after.version).padStart(4, '0')}`,
        state: 'submitted',
        enteredBy: caller.personId,
        enteredByLogin: caller.name,
        enteredByName: caller.displayName,
        submittedAt: at,
        deadlineAt: deadlineFrom(at),
        decidedAt: null,
        jobId: null,
        vmId: null,
        hostId: null,
        fault: null,
        history: [entry(at, caller.displayName, 'submitted')],
        version: 1,
      }
      try {
        const expect = [ledger ? ledgers.seen(ledger) : ledgers.absent(ledgerId)]
        const audit = [{ actor: caller, action: 'requests.submit', subject: subjectOf(request), data: { ...need } }]
        await committer.commit({ expect, writes: [requests.put(request), ledgers.put(after)], audit })
        ports.onChange(request)
        return request
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'store/changed-meanwhile' || attempt >= numberTries)
          throw error
      }
    }
  }

  /** A change of one request by a person: checks the version that they saw and where the action leads. */
  async function change(
    caller: Caller,
    seen: { readonly requestId: string; readonly version: number },
    action: 'resubmit' | 'withdraw' | 'return' | 'reject',
    of: (request: RequestRecord, at: number) => Partial<RequestRecord> & { readonly done: HistoryEntry },
  ): Promise<RequestRecord> {
    const before = await find(seen.requestId)
    holdToDepartment(caller, before.departmentId)
    const state = stateAfter(before, action)
    if (before.version !== seen.version) throw new AppError('store/changed-meanwhile', { what: 'requests' })
    const { done, ...facts } = of(before, clock.now())
    const after = next(before, { ...facts, state, history: [...before.history, done] })
    const audit = [
      {
        actor: caller,
        action: `requests.${action}`,
        subject: subjectOf(after),
        reason: done.reason,
        data: { from: before.state, to: state },
      },
    ]
    await committer.commit({ expect: [requests.seen(before)], writes: [requests.put(after)], audit })
    ports.onChange(after)
    return after
  }

  return {
    find,
    submit,
    resubmit: async (
      caller: Caller,
      { requestId, version, ...need }: Need & { requestId: string; version: number },
    ) => {
      await checkNeed(caller, need)
      return change(caller, { requestId, version }, 'resubmit', (_, at) => ({
        ...need,
        enteredBy: caller.personId,
        enteredByLogin: caller.name,
        enteredByName: caller.displayName,
        deadlineAt: deadlineFrom(at),
        decidedAt: null,
        fault: null,
        done: entry(at, caller.displayName, 'resubmitted'),
      }))
    },
    withdraw: (caller: Caller, input: { requestId: string; version: number; reason: string }) =>
      change(caller, input, 'withdraw', (_, at) => ({
        decidedAt: at,
        done: entry(at, caller.displayName, 'withdrawn', input.reason),
      })),
    return: (caller: Caller, input: { requestId: string; version: number; reason: string }) =>
      change(caller, input, 'return', (request, at) => {
        refuseOwn(caller, request)
        return { decidedAt: at, done: entry(at, caller.displayName, 'returned', input.reason) }
      }),
    reject: (caller: Caller, input: { requestId: string; version: number; reason: string }) =>
      change(caller, input, 'reject', (request, at) => {
        refuseOwn(caller, request)
        return { decidedAt: at, done: entry(at, caller.displayName, 'rejected', input.reason) }
      }),

    /** With the names that people read. */
    view: async (request: RequestRecord): Promise<Request> => {
      const [department, application, platform] = await Promise.all([
        tenants.findDepartment(request.departmentId),
        tenants.findApplication(request.applicationId),
        site.findPlatform(request.platformId),
      ])
      const { enteredByLogin: _, history, ...facts } = request
      return {
        ...facts,
        history: [...history],
        departmentName: department.name,
        applicationName: application.name,
        platformName: platform.name,
      }
    },
  }
}
export type Intake = ReturnType<typeof openIntake>

/** Nobody decides what they entered themselves. */
export function refuseOwn(caller: Caller, request: RequestRecord): void {
  if (request.enteredByLogin === caller.name) throw new AppError('request/own', {})
}
