import type { RequestState } from '#contract/requests.ts'
import type { Role } from '#contract/roles.ts'

export type RequestAction = 'resubmit' | 'withdraw' | 'return' | 'reject' | 'approve' | 'granted' | 'failed'
type Arrow = { readonly to: RequestState; readonly by: readonly Role[] | 'job' }

const asker: readonly Role[] = ['operator', 'approver', 'applicant']
const decider: readonly Role[] = ['approver']

/** The life of a request: `state → action → where it leads, and who may`. A missing arrow is forbidden. */
export const arrows: { readonly [S in RequestState]: { readonly [A in RequestAction]?: Arrow } } = {
  submitted: {
    withdraw: { to: 'withdrawn', by: asker },
    return: { to: 'returned', by: decider },
    reject: { to: 'rejected', by: decider },
    approve: { to: 'allocating', by: decider },
  },
  returned: { resubmit: { to: 'submitted', by: asker }, withdraw: { to: 'withdrawn', by: asker } },
  allocating: { granted: { to: 'granted', by: 'job' }, failed: { to: 'failed', by: 'job' } },
  // What failed through no fault of the department waits for the officer again.
  failed: {
    approve: { to: 'allocating', by: decider },
    return: { to: 'returned', by: decider },
    reject: { to: 'rejected', by: decider },
    withdraw: { to: 'withdrawn', by: asker },
  },
  rejected: {},
  withdrawn: {},
  granted: {},
}
/** States in which an officer's decision is awaited. */
export const waiting: readonly RequestState[] = ['submitted', 'failed']
