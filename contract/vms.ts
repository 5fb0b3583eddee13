import { z } from 'zod'
import { command, query, stream } from './define.ts'
import { feedOf, Since } from './feed.ts'
import { ApplicationId, DepartmentId, HostId, JobId, PlatformId, VmId } from './ids.ts'
import { Bytes, Count, Instant, Reason } from './quantities.ts'
import { staff } from './roles.ts'

/** libvirt's domain states, in libvirt's words. */
export const VmState = z.enum([
  'nostate',
  'running',
  'blocked',
  'paused',
  'shutdown',
  'shutoff',
  'crashed',
  'pmsuspended',
])
export type VmState = z.infer<typeof VmState>

export const Vm = z.object({
  vmId: VmId,
  hostId: HostId,
  hostName: z.string(),
  platformId: PlatformId,
  uuid: z.string(),
  name: z.string(),
  title: z.string().nullable(),
  state: VmState,
  /** False: the host does not answer; `state` and all figures are as of `seenAt`. */
  isKnown: z.boolean(),
  seenAt: Instant,
  departmentId: DepartmentId.nullable(),
  applicationId: ApplicationId.nullable(),
  vcpus: Count,
  memoryBytes: Bytes,
  /** Used by the guest without its caches; null where the guest does not tell. */
  memoryUsedBytes: Bytes.nullable(),
  diskBytes: Bytes.nullable(),
  diskUsedBytes: Bytes.nullable(),
  cpuFraction: z.number().nullable(),
  cpuTrend: z.array(z.number().nullable()),
  diskBytesPerSecond: z.number().nullable(),
  networkBytesPerSecond: z.number().nullable(),
  /** The job that is changing it now. */
  jobId: JobId.nullable(),
})
export type Vm = z.infer<typeof Vm>

export const VmAction = z.enum(['start', 'shutdown', 'reboot', 'force-off'])
export type VmAction = z.infer<typeof VmAction>

export const vms = {
  watch: stream({
    summary: 'All virtual machines with their state and figures, live.',
    roles: staff,
    scope: 'centre',
    input: Since,
    output: feedOf(Vm),
  }),
  act: command({
    summary: 'Start, shut down, reboot or force off a virtual machine, as a durable job.',
    roles: ['operator'],
    scope: 'centre',
    input: z.object({ vmId: VmId, action: VmAction, reason: Reason }),
    output: z.object({ jobId: JobId }),
    errors: ['vm/not-found', 'vm/wrong-state', 'vm/busy', 'host/not-connected', 'store/changed-meanwhile'],
  }),
  history: query({
    summary: 'A virtual machine’s figures over a span, at most 720 points.',
    roles: staff,
    scope: 'centre',
    input: z.object({ vmId: VmId, from: Instant, until: Instant }),
    output: z.array(
      z.object({
        at: Instant,
        cpuFraction: z.number().nullable(),
        memoryUsedBytes: Bytes.nullable(),
        diskBytesPerSecond: z.number().nullable(),
        networkBytesPerSecond: z.number().nullable(),
      }),
    ),
    errors: ['vm/not-found'],
  }),
  describe: query({
    summary: 'The definition that the host has of a virtual machine: domain XML as it is now.',
    roles: ['operator', 'system-administrator', 'auditor'],
    scope: 'centre',
    input: z.object({ vmId: VmId }),
    output: z.object({ xml: z.string(), at: Instant }),
    errors: ['vm/not-found', 'host/not-connected', 'host/silent', 'host/lost', 'libvirt/failed'],
  }),
}
