import { z } from 'zod'
import { command, query, stream } from './define.ts'
import { Fault } from './errors.ts'
import { feedOf, Since } from './feed.ts'
import { ApplicationId, DepartmentId, GrantId, HostId, JobId, PersonId, PlatformId, RequestId, VmId } from './ids.ts'
import { PlacementPreview } from './placement.ts'
import { Amounts, Bytes, Count, Day, Instant, Level, Reason, ShortText } from './quantities.ts'
import { VmState } from './vms.ts'

export const RequestState = z.enum([
  'submitted',
  'returned',
  'rejected',
  'withdrawn',
  'allocating',
  'granted',
  'failed',
])
export type RequestState = z.infer<typeof RequestState>

export const Need = z.object({
  departmentId: DepartmentId,
  applicationId: ApplicationId,
  level: Level,
  platformId: PlatformId,
  purpose: z.string().trim().min(2).max(2_000),
  /** Name of the virtual machine: what libvirt and DNS both allow. */
  vmName: z.string().regex(/^[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$/),
  arch: z.enum(['x86_64', 'aarch64']),
  vcpus: z.number().int().min(1).max(256),
  memoryBytes: Bytes.min(64 * 1024 ** 2).max(8 * 1024 ** 4),
  diskBytes: Bytes.min(1024 ** 2).max(256 * 1024 ** 4),
  /** Name of the libvirt network it is to be on; null: none. */
  network: z.string().max(100).nullable(),
  from: Day,
  /** Last day, included; null: no end is asked for. */
  until: Day.nullable(),
})
export type Need = z.infer<typeof Need>

export const HistoryEntry = z.object({
  at: Instant,
  by: z.string(),
  action: z.enum(['submitted', 'resubmitted', 'returned', 'rejected', 'withdrawn', 'approved', 'granted', 'failed']),
  reason: z.string().nullable(),
})
export type HistoryEntry = z.infer<typeof HistoryEntry>

export const Request = Need.extend({
  requestId: RequestId,
  /** What people call it, `2026-0012`. */
  number: z.string(),
  departmentName: z.string(),
  applicationName: z.string(),
  platformName: z.string(),
  state: RequestState,
  enteredBy: PersonId.nullable(),
  enteredByName: z.string(),
  submittedAt: Instant,
  deadlineAt: Instant,
  decidedAt: Instant.nullable(),
  jobId: JobId.nullable(),
  vmId: VmId.nullable(),
  hostId: HostId.nullable(),
  fault: Fault.nullable(),
  history: z.array(HistoryEntry),
  version: z.number(),
})
export type Request = z.infer<typeof Request>

export const Grant = z.object({
  grantId: GrantId,
  /** Null: the machine was there before and was adopted. */
  requestId: RequestId.nullable(),
  departmentId: DepartmentId,
  platformId: PlatformId,
  hostId: HostId,
  vmId: VmId,
  vmName: z.string(),
  /** Storage pool that its volume is in. */
  pool: z.string(),
  amounts: Amounts,
  state: z.enum(['reserved', 'active', 'released']),
  from: Day,
  until: Day.nullable(),
  approvedAt: Instant,
  /** When the machine was seen running; the deployment time is from approval to here. */
  usableAt: Instant.nullable(),
})
export type Grant = z.infer<typeof Grant>

/** What the officer looks at: quota now and after, and where the machine would go. */
export const Review = z.object({
  quota: z.object({ limit: Amounts, used: Amounts, after: Amounts }).nullable(),
  /** What forbids approval, first things first; empty: it can be approved. */
  obstacles: z.array(Fault),
  preview: PlacementPreview,
  /** The department's own machines on this platform and how busy they are. */
  machines: z.array(
    z.object({
      vmId: VmId,
      name: z.string(),
      vcpus: Count,
      memoryBytes: Bytes,
      /** Null: its host does not answer. */
      state: VmState.nullable(),
      cpuFraction: z.number().nullable(),
    }),
  ),
})
export type Review = z.infer<typeof Review>

const decision = ['request/wrong-state', 'request/own', 'store/changed-meanwhile', 'store/not-found'] as const
const needErrors = [
  'store/not-found',
  'session/other-department',
  'request/level-not-carried',
  'request/level-unlike-application',
  'request/term-invalid',
] as const

export const requests = {
  watch: stream({
    summary: 'Requests, live; an applicant sees the own department’s.',
    roles: 'everyone',
    scope: 'own-department',
    input: Since,
    output: feedOf(Request),
  }),
  submit: command({
    summary: 'Ask for a virtual machine on behalf of a department.',
    roles: ['operator', 'approver', 'applicant'],
    scope: 'own-department',
    input: Need.extend({
      /** Chosen by the caller (hexadecimal, at random): the same one sent twice makes one request. */
      requestId: RequestId.regex(/^[0-9a-f-]{32,36}$/).optional(),
    }),
    output: Request,
    errors: [...needErrors, 'store/changed-meanwhile'],
  }),
  resubmit: command({
    summary: 'Send a returned request again, corrected.',
    roles: ['operator', 'approver', 'applicant'],
    scope: 'own-department',
    input: Need.extend({ requestId: RequestId, version: z.number() }),
    output: Request,
    errors: [...needErrors, 'request/wrong-state', 'store/changed-meanwhile'],
  }),
  withdraw: command({
    summary: 'Take a request back before it is decided.',
    roles: ['operator', 'approver', 'applicant'],
    scope: 'own-department',
    input: z.object({ requestId: RequestId, version: z.number(), reason: Reason }),
    output: Request,
    errors: ['request/wrong-state', 'store/changed-meanwhile', 'store/not-found', 'session/other-department'],
  }),
  review: query({
    summary: 'What approving a request would mean: quota, hosts that fit and why the others do not, headroom after.',
    roles: ['approver', 'operator', 'leader', 'auditor'],
    scope: 'centre',
    input: z.object({
      requestId: RequestId,
      /** The host that was picked by hand; without it, the best one. */
      hostId: HostId.optional(),
    }),
    output: Review,
    errors: ['store/not-found'],
  }),
  approve: command({
    summary: 'Approve: reserves the capacity and starts the job that makes the machine. Final and audited.',
    roles: ['approver'],
    scope: 'centre',
    input: z.object({
      requestId: RequestId,
      version: z.number(),
      /** Host that the officer saw proposed or picked; null: the best one at this moment. */
      hostId: HostId.nullable(),
      remark: z.string().trim().max(500).nullable(),
    }),
    output: Request,
    errors: [
      ...decision,
      'quota/short',
      'pool/short',
      'request/no-host-fits',
      'request/host-short',
      'request/host-unfit',
      'request/level-not-carried',
      'host/not-connected',
    ],
  }),
  return: command({
    summary: 'Send a request back to be completed, saying what is missing.',
    roles: ['approver'],
    scope: 'centre',
    input: z.object({ requestId: RequestId, version: z.number(), reason: Reason }),
    output: Request,
    errors: decision,
  }),
  reject: command({
    summary: 'Refuse a request, saying why. Final and audited.',
    roles: ['approver'],
    scope: 'centre',
    input: z.object({ requestId: RequestId, version: z.number(), reason: Reason }),
    output: Request,
    errors: decision,
  }),
  grants: query({
    summary: 'What was granted; an applicant sees the own department’s.',
    roles: 'everyone',
    scope: 'own-department',
    input: z.object({ departmentId: DepartmentId.optional() }),
    output: z.array(Grant),
    errors: ['session/other-department'],
  }),
  adopt: command({
    summary:
      'Say whose machines that are already there are: each becomes a grant of its application and counts as its use.',
    roles: ['operator', 'approver'],
    scope: 'centre',
    input: z.object({
      machines: z
        .array(z.object({ vmId: VmId, applicationId: ApplicationId }))
        .min(1)
        .max(1_000),
      reason: Reason,
    }),
    output: z.object({ adopted: Count }),
    errors: ['vm/not-found', 'vm/already-granted', 'store/not-found', 'store/changed-meanwhile'],
  }),
  networks: query({
    summary: 'Names of networks that a platform’s hosts offer, with the number of hosts that have each.',
    roles: 'everyone',
    scope: 'own-department',
    input: z.object({ platformId: PlatformId }),
    output: z.array(z.object({ name: ShortText, hosts: Count })),
  }),
}
