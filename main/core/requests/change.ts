import { AppError } from '#contract/errors.ts'
import type { HistoryEntry, Need } from '#contract/requests.ts'
import type { Note } from '#core/audit/index.ts'
import type { Caller } from '#core/identity/index.ts'
import { next } from '#lib/records.ts'
import type { RequestRecord } from './model.ts'
import { checkNeed, holdToDepartment } from './need.ts'
import type { RequestPorts } from './port.ts'
import { arrows, type RequestAction } from './states.ts'

export type Seen = { readonly requestId: string; readonly version: number }
type Reasoned = Seen & { readonly reason: string }
type PersonAction = 'resubmit' | 'withdraw' | 'return' | 'reject'
type Edit = Partial<RequestRecord> & { readonly done: HistoryEntry }

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

/** Nobody decides what they entered themselves, the first time or corrected. */
export function refuseOwn(caller: Caller, request: RequestRecord): void {
  if (caller.logins.some(login => request.enteredByLogins.includes(login))) throw new AppError('request/own', {})
}

export async function findRequest({ requests }: RequestPorts, requestId: string): Promise<RequestRecord> {
  const request = await requests.get(requestId)
  if (!request) throw new AppError('store/not-found', { what: 'request', id: requestId })
  return request
}

/** A change of one request by a person: checks the version that they saw and where the action leads. */
async function change(
  ports: RequestPorts,
  caller: Caller,
  seen: Seen,
  action: PersonAction,
  edit: (request: RequestRecord, at: number) => Edit,
): Promise<RequestRecord> {
  const { requests, committer, clock, onChange } = ports
  const before = await findRequest(ports, seen.requestId)
  holdToDepartment(caller, before.departmentId)
  const state = stateAfter(before, action)
  if (before.version !== seen.version) throw new AppError('store/changed-meanwhile', { what: 'requests' })
  const { done, ...facts } = edit(before, clock.now())
  const after = next(before, { ...facts, state, history: [...before.history, done] })
  const data = { from: before.state, to: state }
  const audit = [{ actor: caller, action: `requests.${action}`, subject: subjectOf(after), reason: done.reason, data }]
  await committer.commit({ expect: [requests.seen(before)], writes: [requests.put(after)], audit })
  onChange(after)
  return after
}

/** What people do with a request besides approving it. */
export function openChanges(ports: RequestPorts, deadlineFrom: (at: number) => number) {
  const decide = (action: 'return' | 'reject', done: HistoryEntry['action']) => (caller: Caller, input: Reasoned) =>
    change(ports, caller, input, action, (request, at) => {
      refuseOwn(caller, request)
      return { decidedAt: at, done: entry(at, caller.displayName, done, input.reason) }
    })
  return {
    resubmit: async (caller: Caller, { requestId, version, ...need }: Need & Seen): Promise<RequestRecord> => {
      await checkNeed(ports, caller, need)
      return change(ports, caller, { requestId, version }, 'resubmit', (request, at) => {
        // Its department has read it and goes on to: it cannot become another one's.
        if (need.departmentId !== request.departmentId) throw new AppError('session/other-department', {})
        return {
          ...need,
          enteredBy: caller.personId,
          enteredByLogins: [...new Set([...request.enteredByLogins, ...caller.logins])],
          enteredByName: caller.displayName,
          deadlineAt: deadlineFrom(at),
          decidedAt: null,
          fault: null,
          done: entry(at, caller.displayName, 'resubmitted'),
        }
      })
    },
    withdraw: (caller: Caller, input: Reasoned): Promise<RequestRecord> =>
      change(ports, caller, input, 'withdraw', (_, at) => ({
        decidedAt: at,
        done: entry(at, caller.displayName, 'withdrawn', input.reason),
      })),
    return: decide('return', 'returned'),
    reject: decide('reject', 'rejected'),
  }
}
