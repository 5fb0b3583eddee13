import type { Host } from '#contract/hosts.ts'
import type { Job } from '#contract/jobs.ts'
import type { Overview } from '#contract/pools.ts'
import type { Request } from '#contract/requests.ts'
import type { Feed, Cursor } from '#contract/feed.ts'
import type { Vm } from '#contract/vms.ts'
import { Connection } from './connection.ts'
import { failureOf } from './failure.ts'
import { mergeFeed, noRows, type Rows } from './feed.ts'
import { openSource, type Handlers, type Source } from './live.ts'
import { checkVersion, noteFailure, readSession, session, whenSignedIn } from './session.ts'
import { subscribe } from './subscribe.ts'

const socketUrl = (): string => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/rpc`

export const connection = new Connection({
  url: socketUrl,
  onRefused: () => void readSession(),
  onHello: checkVersion,
})

/**
 * The contract, room by room: `await rpc.hosts.retry({ hostId })`. Rejections go through `failureOf`; use `call` to
 * have that done.
 */
export const rpc = connection.rpc

/** Runs one call and throws only `Failure`; a locked or ended session also brings its screen up. */
export async function call<Output>(run: () => Promise<Output>): Promise<Output> {
  try {
    return await run()
  } catch (error) {
    const failure = failureOf(error)
    noteFailure(failure)
    throw failure
  }
}

const ready = async (signal: AbortSignal): Promise<void> => {
  await whenSignedIn(signal)
  await connection.whenLive(signal)
}

/** Reads any stream of the contract until the result is called; see `subscribe`. */
function read<Message>(
  open: (signal: AbortSignal) => Promise<AsyncIterable<Message>>,
  handlers: Handlers<Message>,
): () => void {
  const noted = (then: Handlers<Message>['lost']): Handlers<Message>['lost'] => {
    return failure => {
      noteFailure(failure)
      then(failure)
    }
  }
  return subscribe({
    open,
    ready,
    message: handlers.message,
    lost: noted(handlers.lost),
    refused: handlers.refused,
    random: Math.random,
  })
}

type Watch<Row> = (input: { since?: Cursor }, options: { signal: AbortSignal }) => Promise<AsyncIterable<Feed<Row>>>

function openFeed<Row>(watch: Watch<Row>, keyOf: (row: Row) => string): Source<Rows<Row>> {
  return openSource<Rows<Row>, Feed<Row>>({
    initial: noRows,
    start: (current, handlers) =>
      read(signal => {
        const { cursor } = current()
        return watch(cursor ? { since: cursor } : {}, { signal })
      }, handlers),
    reduce: (have, message) => mergeFeed(have, message, keyOf),
    now: Date.now,
  })
}

export const hostsFeed = openFeed<Host>(
  (input, o) => rpc.hosts.watch(input, o),
  host => host.hostId,
)
export const vmsFeed = openFeed<Vm>(
  (input, o) => rpc.vms.watch(input, o),
  vm => vm.vmId,
)
export const jobsFeed = openFeed<Job>(
  (input, o) => rpc.jobs.watch(input, o),
  job => job.jobId,
)
export const requestsFeed = openFeed<Request>(
  (input, o) => rpc.requests.watch(input, o),
  one => one.requestId,
)
export const overviewSource: Source<Overview | null> = openSource<Overview | null, Overview>({
  initial: null,
  start: (_current, handlers) => read(signal => rpc.pools.overview({}, { signal }), handlers),
  reduce: (_have, message) => message,
  now: Date.now,
})

const everySource = [hostsFeed, vmsFeed, jobsFeed, requestsFeed, overviewSource]

/** The socket follows the session: open while somebody is signed in, closed while locked, and closed with all
 * that was shown forgotten once another person is there. */
function follow(): void {
  let person: string | null = null
  session.subscribe(({ phase, auth }) => {
    const now = auth?.me?.personId ?? null
    if (phase === 'signed-in') connection.open()
    else if (phase !== 'unreachable') connection.close()
    if (phase !== 'locked' && now !== person) {
      person = now
      for (const source of everySource) source.reset()
    }
  })
}

/** Starts the client: call once, before anything is drawn. */
export async function startClient(): Promise<void> {
  follow()
  await readSession()
  addEventListener('online', () => connection.retryNow())
}
