import type { Feed, Cursor } from '#contract/feed.ts'
import type { Board } from '#lib/board.ts'
import type { Context } from './context.ts'

type Message<Row> = { cursor: Cursor; reset: boolean; changed: Row[]; removed: string[]; at: number }
const minIntervalMs = 500

/** A board's changes as the contract has them, no faster than the reader takes them. */
export async function* feed<Row>(
  board: Board<Row>,
  since: Cursor | undefined,
  context: Context,
  signal: AbortSignal | undefined,
  isShown: (row: Row) => boolean = () => true,
): AsyncGenerator<Message<Row>, void, void> {
  const options = { signal: signal ?? new AbortController().signal, minIntervalMs, drained: context.drained }
  for await (const message of board.changes(since, options)) yield plain(message, isShown)
}

const plain = <Row>(message: Feed<Row>, isShown: (row: Row) => boolean): Message<Row> => ({
  cursor: { ...message.cursor },
  reset: message.reset,
  changed: message.changed.filter(isShown),
  removed: [...message.removed],
  at: message.at,
})
