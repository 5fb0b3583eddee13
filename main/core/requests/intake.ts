import { randomUUID } from 'node:crypto'
import { AppError } from '#contract/errors.ts'
import { RequestId } from '#contract/ids.ts'
import type { Need, Request } from '#contract/requests.ts'
import type { Caller } from '#core/identity/index.ts'
import { entry, findRequest, openChanges, subjectOf } from './change.ts'
import { dayOf } from './day.ts'
import { openLedgers, type Turn } from './ledgers.ts'
import type { RequestRecord } from './model.ts'
import { checkNeed, holdToDepartment } from './need.ts'
import type { RequestPorts } from './port.ts'

const hourMs = 3_600_000

/** How needs come in: checked, numbered, dated; and what becomes of them but for approval. */
export function openIntake(ports: RequestPorts) {
  const ledgers = openLedgers(ports.ledgers)
  const deadlineFrom = (at: number): number => at + ports.site.settings().approvalDeadlineHours * hourMs
  return {
    find: (requestId: string): Promise<RequestRecord> => findRequest(ports, requestId),

    /**
     * Numbers of a year have no gaps and no doubles: the year's ledger grows in the same commit. An answer may be lost on
     * its way; whoever then sends the same `requestId` again is given the request that there is.
     */
    submit: async (
      caller: Caller,
      { requestId = RequestId.parse(randomUUID()), ...need }: Wanted,
    ): Promise<RequestRecord> => {
      await checkNeed(ports, caller, need)
      const at = ports.clock.now()
      const year = dayOf(at).slice(0, 4)
      return ledgers.inTurn(`requests/${year}`, async turn => {
        const known = await ports.requests.get(requestId)
        if (known) return sameAs(known, need, caller)
        const number = `${year}-${String(turn.number).padStart(4, '0')}`
        const request = newRequest(caller, need, { requestId, number, at, deadlineAt: deadlineFrom(at) })
        return enter(ports, { caller, need, request, turn })
      })
    },

    ...openChanges(ports, deadlineFrom),

    view: (request: RequestRecord): Promise<Request> => view(ports, request),
  }
}
export type Intake = ReturnType<typeof openIntake>

type Wanted = Need & { readonly requestId?: RequestId | undefined }
type Facts = Pick<RequestRecord, 'requestId' | 'number' | 'deadlineAt'> & { readonly at: number }

/** @throws {AppError} session/other-department; store/changed-meanwhile: another request, or somebody else's, has this id */
function sameAs(request: RequestRecord, need: Need, caller: Caller): RequestRecord {
  holdToDepartment(caller, request.departmentId)
  const isSame = (Object.keys(need) as (keyof Need)[]).every(key => request[key] === need[key])
  if (isSame && request.enteredByLogins[0] === caller.logins[0]) return request
  throw new AppError('store/changed-meanwhile', { what: 'requests' })
}

const newRequest = (caller: Caller, need: Need, { requestId, number, at, deadlineAt }: Facts): RequestRecord => ({
  ...need,
  requestId,
  number,
  state: 'submitted',
  enteredBy: caller.personId,
  enteredByLogins: caller.logins,
  enteredByName: caller.displayName,
  submittedAt: at,
  deadlineAt,
  decidedAt: null,
  jobId: null,
  vmId: null,
  hostId: null,
  fault: null,
  history: [entry(at, caller.displayName, 'submitted')],
  version: 1,
})

type Entering = {
  readonly caller: Caller
  readonly need: Need
  readonly request: RequestRecord
  readonly turn: Turn
}

async function enter({ requests, committer, onChange }: RequestPorts, entering: Entering): Promise<RequestRecord> {
  const { caller, need, request, turn } = entering
  const audit = [{ actor: caller, action: 'requests.submit', subject: subjectOf(request), data: { ...need } }]
  await committer.commit({
    expect: [turn.expect, requests.absent(request.requestId)],
    writes: [requests.put(request), turn.write],
    audit,
  })
  onChange(request)
  return request
}

/** With the names that people read. What is not there any more shows its id: one such request stops no queue. */
async function view({ tenants, site }: RequestPorts, request: RequestRecord): Promise<Request> {
  const [departmentName, applicationName, platformName] = await Promise.all([
    nameOf(tenants.findDepartment(request.departmentId), request.departmentId),
    nameOf(tenants.findApplication(request.applicationId), request.applicationId),
    nameOf(site.findPlatform(request.platformId), request.platformId),
  ])
  const { enteredByLogins: _, history, ...facts } = request
  return { ...facts, history: [...history], departmentName, applicationName, platformName }
}

async function nameOf(found: Promise<{ readonly name: string }>, id: string): Promise<string> {
  try {
    return (await found).name
  } catch (error) {
    if (error instanceof AppError && error.code === 'store/not-found') return id
    throw error
  }
}
