import type { Fault } from '#contract/errors.ts'
import type { ApplicationId, HostId, JobId, PersonId, RequestId, VmId } from '#contract/ids.ts'
import type { Amounts } from '#contract/quantities.ts'
import type { Grant, HistoryEntry, Need, RequestState } from '#contract/requests.ts'

export type RequestRecord = Need & {
  readonly requestId: RequestId
  readonly number: string
  readonly state: RequestState
  readonly enteredBy: PersonId | null
  /** Sign-in names of all who entered or corrected it, by token too: none of them ever approves it. */
  readonly enteredByLogins: readonly string[]
  readonly enteredByName: string
  readonly submittedAt: number
  readonly deadlineAt: number
  readonly decidedAt: number | null
  readonly jobId: JobId | null
  readonly vmId: VmId | null
  readonly hostId: HostId | null
  readonly fault: Fault | null
  readonly history: readonly HistoryEntry[]
  readonly version: number
}

/** Capacity that a department holds: promised with the approval, released when it is given back. */
export type GrantRecord = Omit<Grant, 'amounts'> & {
  readonly amounts: Amounts
  readonly applicationId: ApplicationId
  readonly version: number
}

/** A number that grows with every decision it guards, so that two of them cannot both be based on the same state. */
export type LedgerRecord = { readonly ledgerId: string; readonly version: number }

export const amountsOf = (need: Pick<Need, 'vcpus' | 'memoryBytes' | 'diskBytes'>): Amounts => ({
  vcpus: need.vcpus,
  memoryBytes: need.memoryBytes,
  storageBytes: need.diskBytes,
})
export const nothing: Amounts = { vcpus: 0, memoryBytes: 0, storageBytes: 0 }
export const plus = (a: Amounts, b: Amounts): Amounts => ({
  vcpus: a.vcpus + b.vcpus,
  memoryBytes: a.memoryBytes + b.memoryBytes,
  storageBytes: a.storageBytes + b.storageBytes,
})
