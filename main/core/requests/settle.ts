import { systemActor } from '#core/audit/index.ts'
import type { JobHandler, JobRecord } from '#core/jobs/index.ts'
import type { NewVm } from '#core/deploy/index.ts'
import type { Clock } from '#lib/clock.ts'
import { next, type Records } from '#lib/records.ts'
import { entry, stateAfter, subjectOf } from './change.ts'
import type { GrantRecord, RequestRecord } from './model.ts'

export type SettlePorts = {
  readonly requests: Records<RequestRecord>
  readonly grants: Records<GrantRecord>
  readonly clock: Clock
}

/** A job that is left as it is may leave a machine behind: what exists holds its quota, however it came about. */
const isThere = (job: JobRecord): boolean =>
  job.steps.some(({ name, state }) => name === 'define' && (state === 'done' || state === 'unknown'))

/**
 * What the end of an allocation means for its request and grant, committed with the job's end: done, the grant counts as
 * active; otherwise it is released and the request waits for the officer again with the reason.
 */
export function settleAllocation({ requests, grants, clock }: SettlePorts): JobHandler<NewVm>['settle'] {
  return async (job, outcome) => {
    const [request, grant] = await Promise.all([requests.get(job.requestId ?? ''), grants.get(job.payload.grantId)])
    if (!request || !grant) return { expect: [], writes: [], audit: [] }
    const at = clock.now()
    const isDone = outcome === 'done' || (outcome === 'abandoned' && isThere(job))
    const usableAt = outcome === 'done' ? at : null
    const settled: GrantRecord = next(grant, isDone ? { state: 'active', usableAt } : { state: 'released' })
    const after: RequestRecord = next(request, {
      state: stateAfter(request, isDone ? 'granted' : 'failed'),
      fault: isDone ? null : job.fault,
      history: [...request.history, entry(at, systemActor.displayName, isDone ? 'granted' : 'failed')],
    })
    const data = { grantId: grant.grantId, vmId: grant.vmId, fault: after.fault, tookMs: at - grant.approvedAt }
    return {
      expect: [requests.seen(request), grants.seen(grant)],
      writes: [requests.put(after), grants.put(settled)],
      audit: [
        {
          actor: systemActor,
          action: isDone ? 'requests.granted' : 'requests.failed',
          subject: subjectOf(after),
          data,
        },
      ],
    }
  }
}
