import type { JobRecord, LockRecord } from '#core/jobs/index.ts'
import type { HostRecord, HostSnapshot, SecretRecord } from '#core/fleet/index.ts'
import type { PersonRecord, SessionRecord, TokenRecord } from '#core/identity/index.ts'
import type { GrantKeys, GrantRecord, LedgerRecord, RequestKeys, RequestRecord } from '#core/requests/index.ts'
import type { PlatformRecord, SettingsRecord } from '#core/site/index.ts'
import { quotaKey, type ApplicationRecord, type DepartmentRecord, type QuotaRecord } from '#core/tenants/index.ts'
import type { KnownHosts } from '#wire/ssh/index.ts'
import { openAudit } from './audit.ts'
import type { Database } from './database.ts'
import { openRecords } from './records.ts'

/** Host keys that an imported known_hosts text names; names in it can be hashed, so it is asked as a whole. */
export type KnownKeysRecord = {
  readonly source: 'known_hosts'
  readonly entries: KnownHosts['entries']
  readonly version: number
}
/** A host's last known state; its version only counts saves. */
export type SnapshotRecord = { readonly snapshot: HostSnapshot; readonly version: number }

const people = (database: Database) => ({
  people: openRecords<PersonRecord, { name: string }>(database, {
    name: 'people',
    idOf: row => row.personId,
    columns: { name: { column: 'name', of: row => row.name } },
  }),
  sessions: openRecords<SessionRecord, { personId: string }>(database, {
    name: 'sessions',
    idOf: row => row.sessionHash,
    columns: { personId: { column: 'person_id', of: row => row.personId } },
  }),
  tokens: openRecords<TokenRecord, { tokenHash: string }>(database, {
    name: 'tokens',
    idOf: row => row.tokenId,
    columns: { tokenHash: { column: 'hash', of: row => row.tokenHash } },
  }),
})

const centre = (database: Database) => ({
  settings: openRecords<SettingsRecord>(database, { name: 'settings', idOf: () => 'site', columns: {} }),
  platforms: openRecords<PlatformRecord, { name: string; position: number }>(database, {
    name: 'platforms',
    idOf: row => row.platformId,
    columns: {
      name: { column: 'name', of: row => row.name },
      position: { column: 'position', of: row => row.position },
    },
  }),
  departments: openRecords<DepartmentRecord, { name: string }>(database, {
    name: 'departments',
    idOf: row => row.departmentId,
    columns: { name: { column: 'name', of: row => row.name } },
  }),
  applications: openRecords<ApplicationRecord, { departmentId: string; name: string }>(database, {
    name: 'applications',
    idOf: row => row.applicationId,
    columns: {
      departmentId: { column: 'department_id', of: row => row.departmentId },
      name: { column: 'name', of: row => row.name },
    },
  }),
  quotas: openRecords<QuotaRecord, { departmentId: string; platformId: string }>(database, {
    name: 'quotas',
    idOf: row => quotaKey(row.departmentId, row.platformId),
    columns: {
      departmentId: { column: 'department_id', of: row => row.departmentId },
      platformId: { column: 'platform_id', of: row => row.platformId },
    },
  }),
})

const machines = (database: Database) => ({
  hosts: openRecords<HostRecord, { platformId: string }>(database, {
    name: 'hosts',
    idOf: row => row.hostId,
    columns: { platformId: { column: 'platform_id', of: row => row.platformId } },
  }),
  secrets: openRecords<SecretRecord>(database, { name: 'secrets', idOf: row => row.secretId, columns: {} }),
  knownKeys: openRecords<KnownKeysRecord>(database, { name: 'known_keys', idOf: row => row.source, columns: {} }),
  snapshots: openRecords<SnapshotRecord>(database, {
    name: 'snapshots',
    idOf: row => row.snapshot.hostId,
    columns: {},
  }),
})

const work = (database: Database) => ({
  requests: openRecords<RequestRecord, RequestKeys>(database, {
    name: 'requests',
    idOf: row => row.requestId,
    columns: {
      number: { column: 'number', of: row => row.number },
      state: { column: 'state', of: row => row.state },
      departmentId: { column: 'department_id', of: row => row.departmentId },
      platformId: { column: 'platform_id', of: row => row.platformId },
      submittedAt: { column: 'submitted_at', of: row => row.submittedAt },
    },
  }),
  grants: openRecords<GrantRecord, GrantKeys>(database, {
    name: 'grants',
    idOf: row => row.grantId,
    columns: {
      requestId: { column: 'request_id', of: row => row.requestId },
      departmentId: { column: 'department_id', of: row => row.departmentId },
      platformId: { column: 'platform_id', of: row => row.platformId },
      hostId: { column: 'host_id', of: row => row.hostId },
      state: { column: 'state', of: row => row.state },
    },
  }),
  ledgers: openRecords<LedgerRecord>(database, { name: 'ledgers', idOf: row => row.ledgerId, columns: {} }),
  jobs: openRecords<JobRecord, { state: string; createdAt: number }>(database, {
    name: 'jobs',
    idOf: row => row.jobId,
    columns: {
      state: { column: 'state', of: row => row.state },
      createdAt: { column: 'created_at', of: row => row.createdAt },
    },
  }),
  locks: openRecords<LockRecord, { jobId: string }>(database, {
    name: 'locks',
    idOf: row => row.vmId,
    columns: { jobId: { column: 'job_id', of: row => row.jobId } },
  }),
})

/** All of a site's records over one database; every room gets the ones that its port names. */
export function openSiteStore(database: Database) {
  return {
    ...people(database),
    ...centre(database),
    ...machines(database),
    ...work(database),
    audit: openAudit(database),
    committer: database,
  }
}
export type SiteStore = ReturnType<typeof openSiteStore>
