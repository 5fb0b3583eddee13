import type { Cursor, Feed } from '#contract/feed.ts'

/** Rows by key, with the place in the feed up to which they are right. */
export type Rows<Row> = { readonly rows: ReadonlyMap<string, Row>; readonly cursor: Cursor | null }

export const noRows: Rows<never> = { rows: new Map<string, never>(), cursor: null }

/**
 * Takes one message of a feed in. Rows that the message does not name stay the same objects, so that only changed
 * ones are drawn again; without any change the map itself stays the same.
 */
export function mergeFeed<Row>(have: Rows<Row>, message: Feed<Row>, keyOf: (row: Row) => string): Rows<Row> {
  if (!message.reset && message.changed.length === 0 && message.removed.length === 0) {
    return { rows: have.rows, cursor: message.cursor }
  }
  const rows = new Map(message.reset ? [] : have.rows)
  for (const row of message.changed) rows.set(keyOf(row), row)
  for (const key of message.removed) rows.delete(key)
  return { rows, cursor: message.cursor }
}
