import { z } from 'zod'
import { Count } from './quantities.ts'

/** Where a reader left off. `epoch` names the core's life: after a restart the numbers begin anew. */
export const Cursor = z.object({ epoch: z.string(), seq: Count })
export type Cursor = z.infer<typeof Cursor>
export const Since = z.object({ since: Cursor.optional() })

/**
 * One message of a feed of rows. With `reset` the reader forgets what it had; then it puts `changed` in by key and
 * takes `removed` out. A row that changed many times since the last message comes once, in its latest state.
 */
export const feedOf = <Row extends z.ZodType>(row: Row) =>
  z.object({ cursor: Cursor, reset: z.boolean(), changed: z.array(row), removed: z.array(z.string()), at: z.number() })
export type Feed<Row> = {
  readonly cursor: Cursor
  readonly reset: boolean
  readonly changed: readonly Row[]
  readonly removed: readonly string[]
  readonly at: number
}
