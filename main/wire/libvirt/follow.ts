import { TransportError } from './errors.ts'
import type { Subscription } from './events.ts'
import type { EventBody, EventName } from './messages.ts'

/** Events kept while the list is fetched. */
const PENDING_MAX = 10_000

export type Follower<N extends EventName, T> = {
  readonly events: readonly N[]
  readonly list: () => Promise<T>
  readonly onList: (listed: T) => void
  /** Everything since before the listing, in the daemon's order; may tell what the list says already. */
  readonly onEvent: (name: N, body: EventBody<N>) => void
}

type Subscribe<N extends EventName> = (name: N, listener: (body: EventBody<N>) => void) => Promise<Subscription>

/**
 * Subscribes first, then lists, then hands over what happened meanwhile: nothing falls between list and events.
 *
 * @throws {TransportError} `queue-full` when more events came during the listing than are kept; or as the calls
 */
export async function follow<N extends EventName, T>(
  subscribe: Subscribe<N>,
  { events, list, onList, onEvent }: Follower<N, T>,
): Promise<Subscription> {
  const pending: (() => void)[] = []
  let isListed = false
  const listen = (name: N, body: EventBody<N>): void => {
    if (isListed) onEvent(name, body)
    else if (pending.length <= PENDING_MAX) pending.push(() => onEvent(name, body))
  }
  const subscription = await all(events.map(name => subscribe(name, body => listen(name, body))))
  try {
    const listed = await list()
    if (pending.length > PENDING_MAX) throw new TransportError('queue-full', `${PENDING_MAX} events during a listing`)
    onList(listed)
    for (const tell of pending) tell()
    isListed = true
    return subscription
  } catch (error) {
    await subscription.close()
    throw error
  }
}

/** All of them or none: when one fails, those that succeeded are taken back. */
async function all(starting: readonly Promise<Subscription>[]): Promise<Subscription> {
  const outcomes = await Promise.allSettled(starting)
  const started = outcomes.flatMap(outcome => (outcome.status === 'fulfilled' ? [outcome.value] : []))
  const close = async (): Promise<void> => {
    await Promise.all(started.map(subscription => subscription.close()))
  }
  const failed = outcomes.find(outcome => outcome.status === 'rejected')
  if (!failed) return { close }
  await close()
  throw failed.reason
}
