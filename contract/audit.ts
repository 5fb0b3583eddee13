import { z } from 'zod'
import { query } from './define.ts'
import { Count, Instant } from './quantities.ts'

export const AuditEntry = z.object({
  seq: z.number().int(),
  at: Instant,
  /** Sign-in name of who did it; `system` for what the core did by itself. */
  actor: z.string(),
  actorName: z.string(),
  /** What was done, `requests.approve`. */
  action: z.string(),
  subjectKind: z.string(),
  subjectId: z.string(),
  /** The subject's name at that time. */
  subjectName: z.string(),
  reason: z.string().nullable(),
  data: z.record(z.string(), z.unknown()),
  prevHash: z.string(),
  hash: z.string(),
})
export type AuditEntry = z.infer<typeof AuditEntry>

const readers = ['auditor', 'security-administrator', 'leader'] as const

export const audit = {
  list: query({
    summary: 'Audit entries, newest first, a page at a time.',
    roles: readers,
    scope: 'centre',
    input: z.object({
      before: z.number().int().optional(),
      limit: z.number().int().min(1).max(500).default(200),
      /** Text that actor, action, subject or reason contain. */
      search: z.string().max(100).optional(),
      action: z.string().max(60).optional(),
      from: Instant.optional(),
      until: Instant.optional(),
    }),
    output: z.object({ entries: z.array(AuditEntry), total: Count, head: z.string() }),
  }),
  verify: query({
    summary: 'Walk the whole chain; says where it first breaks, if it does.',
    roles: ['auditor', 'security-administrator'],
    scope: 'centre',
    input: z.object({ head: z.string().max(64).optional() }),
    output: z.object({
      isWhole: z.boolean(),
      entries: Count,
      head: z.string(),
      fault: z.string().nullable(),
      seq: z.number().nullable(),
    }),
  }),
  export: query({
    summary: 'Entries of a span as lines of JSON, which `yunlong audit verify --file` checks without the site.',
    roles: ['auditor'],
    scope: 'centre',
    input: z.object({ from: Instant.optional(), until: Instant.optional() }),
    output: z.object({
      lines: z.string(),
      entries: Count,
      /** Number of the first entry: `--first` of the verifier, when it is not 1. */
      first: z.number().int().nullable(),
      /** Hash of the last entry in it. */
      head: z.string(),
    }),
  }),
}
