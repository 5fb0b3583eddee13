import type { HostId } from '#contract/ids.ts'
import type { Request } from '#contract/requests.ts'
import { rpc } from '#client/index.ts'

export type DecisionKind = 'approve' | 'return' | 'reject'
export type Decision = {
  readonly kind: DecisionKind
  readonly request: Request
  /** What stands in the remark box: optional for an approval, the reason of the other two. */
  readonly remark: string
  /** The host that the officer saw when deciding; approval goes there or is refused, never elsewhere. */
  readonly hostId: HostId | null
}

/** A reason shorter than this says nothing. */
export const LEAST_REASON = 2

/** Sends a decision with the version that was looked at. Rejects with the command's own failure. */
export function decide({ kind, request, remark, hostId }: Decision): Promise<Request> {
  const { requestId, version } = request
  const reason = remark.trim()
  if (kind === 'return') return rpc.requests.return({ requestId, version, reason })
  if (kind === 'reject') return rpc.requests.reject({ requestId, version, reason })
  return rpc.requests.approve({ requestId, version, hostId, remark: reason === '' ? null : reason })
}
