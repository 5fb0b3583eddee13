import type { Host } from '#contract/hosts.ts'
import type { Committer } from '#core/audit/index.ts'
import type { Jobs } from '#core/jobs/index.ts'
import type { Site } from '#core/site/index.ts'
import type { Tenants } from '#core/tenants/index.ts'
import type { Clock } from '#lib/clock.ts'
import type { Records } from '#lib/records.ts'
import type { GrantRecord, LedgerRecord, RequestRecord } from './model.ts'

export type RequestKeys = {
  number: string
  state: string
  departmentId: string
  platformId: string
  submittedAt: number
}
export type GrantKeys = {
  requestId: string | null
  departmentId: string
  platformId: string
  hostId: string
  state: string
}

export type RequestPorts = {
  readonly requests: Records<RequestRecord, RequestKeys>
  readonly grants: Records<GrantRecord, GrantKeys>
  readonly ledgers: Records<LedgerRecord>
  readonly committer: Committer
  readonly clock: Clock
  readonly site: Site
  readonly tenants: Tenants
  readonly jobs: Jobs
  /** The platform's hosts as they are known now, reservations included in what is promised. */
  readonly hostsOf: (platformId: string) => readonly Host[]
  readonly onChange: (request: RequestRecord) => void
  /** Grants changed: reservations and labels that derive from them do too. */
  readonly onGrant: (grant: GrantRecord) => void
}
