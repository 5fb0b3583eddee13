import { z } from 'zod'
import { stream } from './define.ts'
import { Fault } from './errors.ts'
import { HostId, PlatformId, VmId } from './ids.ts'
import { Count, Instant } from './quantities.ts'
import { staff } from './roles.ts'

/** One kind of capacity of one platform, all in the same unit (threads or bytes). Null: not known of any host. */
export const Capacity = z.object({
  /** What the machines physically have. */
  physical: z.number().nullable(),
  /** What may be promised: physical × overcommit, less what one lost host would need. */
  promisable: z.number().nullable(),
  promised: z.number().nullable(),
  used: z.number().nullable(),
  /** Held back for the loss of the platform's reserve hosts. */
  reserve: z.number().nullable(),
  /** Of what may be promised: `full` nothing is left, `tight` little. Else of what is there: `strained` nearly all is used, `busy` much. */
  state: z.enum(['ample', 'busy', 'tight', 'strained', 'full']).nullable(),
})
export type Capacity = z.infer<typeof Capacity>

export const PlatformOverview = z.object({
  platformId: PlatformId,
  name: z.string(),
  hostsUp: Count,
  hostsTotal: Count,
  /** Of hosts that answer. */
  vmsRunning: Count,
  /** On hosts that do not answer: running or not, nobody knows. */
  vmsUnknown: Count,
  vmsTotal: Count,
  cpu: Capacity,
  memory: Capacity,
  storage: Capacity,
  /** Hosts whose figures are older than two polls; their last values are in the sums. */
  staleHosts: Count,
})
export type PlatformOverview = z.infer<typeof PlatformOverview>

export const Alert = z.object({
  key: z.string(),
  severity: z.enum(['notice', 'warning', 'critical']),
  since: Instant,
  hostId: HostId.nullable(),
  vmId: VmId.nullable(),
  /** Name of the thing it is about, as people know it. */
  subject: z.string(),
  fault: Fault,
})
export type Alert = z.infer<typeof Alert>

export const Overview = z.object({
  at: Instant,
  pollIntervalMs: z.number(),
  /** When the freshest figures came in; null: none yet. */
  freshestAt: Instant.nullable(),
  platforms: z.array(PlatformOverview),
  alerts: z.array(Alert),
  requestsWaiting: Count,
  requestsLate: Count,
  jobsRunning: Count,
  jobsStuck: Count,
})
export type Overview = z.infer<typeof Overview>

export const pools = {
  overview: stream({
    summary: 'Both platforms’ capacity, alerts and what waits, live.',
    roles: staff,
    scope: 'centre',
    input: z.object({}),
    output: Overview,
  }),
}
