import { z } from 'zod'

/** ms since 1970, UTC. */
export const Instant = z.number().int()
/** A calendar day in Asia/Shanghai, `YYYY-MM-DD`; a term ends at 24:00 of its last day. */
export const Day = z.iso.date()
export const Bytes = z.number().int().nonnegative()
export const Count = z.number().int().nonnegative()
export const ShortText = z.string().trim().min(1).max(100)
/** What a person gives as the ground of an act. */
export const Reason = z.string().trim().min(2).max(500)
/** Protection level (等保) of a system, GB/T 22240: one to five. */
export const Level = z.number().int().min(1).max(5)

/** CPU threads, memory and storage together: what is asked for, promised, used. */
export const Amounts = z.object({ vcpus: Count, memoryBytes: Bytes, storageBytes: Bytes })
export type Amounts = z.infer<typeof Amounts>
