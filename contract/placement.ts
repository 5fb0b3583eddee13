import { z } from 'zod'
import { HostId } from './ids.ts'
import { Bytes, Count } from './quantities.ts'

/** One rule tried on one host, with the numbers it compared (S11). */
export const RuleResult = z.object({
  rule: z.enum(['reachable', 'fresh', 'architecture', 'cpu', 'memory', 'storage', 'network', 'reserve']),
  isMet: z.boolean(),
  needed: z.number().nullable(),
  available: z.number().nullable(),
  /** What a number cannot say: the host's state, its architecture, the network's name. */
  detail: z.string().nullable(),
})
export type RuleResult = z.infer<typeof RuleResult>

const Before = z.object({ before: z.number(), after: z.number(), capacity: z.number() })

export const HostVerdict = z.object({
  hostId: HostId,
  hostName: z.string(),
  fits: z.boolean(),
  rules: z.array(RuleResult),
  pool: z.string().nullable(),
  cpu: Before.nullable(),
  memory: Before.nullable(),
  storage: Before.nullable(),
})
export type HostVerdict = z.infer<typeof HostVerdict>

export const PlacementPreview = z.object({
  /** Hosts that fit, best first; then those that don't. */
  hosts: z.array(HostVerdict),
  chosen: HostId.nullable(),
  /** Whether the platform can still lose its reserve hosts afterwards; null when unknown. */
  reserveKept: z.boolean().nullable(),
  /** How many more machines of this size would fit after this one. */
  moreLikeThis: Count,
  platform: z.object({
    freeVcpus: Count,
    freeMemoryBytes: Bytes,
    freeStorageBytes: Bytes,
    reserveMemoryBytes: Bytes,
  }),
})
export type PlacementPreview = z.infer<typeof PlacementPreview>
