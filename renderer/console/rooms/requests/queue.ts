import type { Request } from '#contract/requests.ts'

export type QueueFilter = 'waiting' | 'returned' | 'all'
export const queueFilters: readonly QueueFilter[] = ['waiting', 'returned', 'all']

/** Whether an officer's decision is awaited: an allocation that failed comes back to the officer. */
export const isWaiting = ({ state }: Pick<Request, 'state'>): boolean => state === 'submitted' || state === 'failed'

export const isLate = (request: Pick<Request, 'state' | 'deadlineAt'>, now: number): boolean =>
  isWaiting(request) && request.deadlineAt < now

const lastMoved = (request: Request): number => request.history.at(-1)?.at ?? request.submittedAt

/** What waits first, the oldest deadline on top; then the rest, what moved last on top. */
function inOrder(a: Request, b: Request): number {
  const [waitsA, waitsB] = [isWaiting(a), isWaiting(b)]
  if (waitsA !== waitsB) return waitsA ? -1 : 1
  const byTime = waitsA ? a.deadlineAt - b.deadlineAt : lastMoved(b) - lastMoved(a)
  return byTime || a.number.localeCompare(b.number)
}

const belongs: Readonly<Record<QueueFilter, (request: Request) => boolean>> = {
  waiting: isWaiting,
  returned: ({ state }) => state === 'returned',
  all: () => true,
}

/**
 * The requests as the list shows them.
 *
 * @param search  words that number, department, application, purpose or machine must all contain
 * @param kept    keys of requests that stay although the filter no longer lets them in: open, or decided just now
 */
export function queueOf(
  rows: Iterable<Request>,
  filter: QueueFilter,
  search = '',
  kept: ReadonlySet<string> = new Set(),
): readonly Request[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  const found = ({ number, departmentName, applicationName, purpose, vmName }: Request): boolean => {
    const text = [number, departmentName, applicationName, purpose, vmName].join('\n').toLowerCase()
    return words.every(word => text.includes(word))
  }
  return [...rows].filter(row => kept.has(row.requestId) || (belongs[filter](row) && found(row))).sort(inOrder)
}

export function countRequests(rows: Iterable<Request>): Readonly<Record<QueueFilter, number>> {
  const all = [...rows]
  return {
    waiting: all.filter(belongs.waiting).length,
    returned: all.filter(belongs.returned).length,
    all: all.length,
  }
}

/** The key that many steps down (or up) the list from the present one; stays at the ends. */
export function stepIn(queue: readonly Request[], from: string | null, by: 1 | -1): string | null {
  const at = queue.findIndex(row => row.requestId === from)
  if (at < 0) return queue[0]?.requestId ?? null
  return queue[Math.min(Math.max(at + by, 0), queue.length - 1)]?.requestId ?? null
}

/** Where to go after a decision: the next one down that waits, else the first that does, else nowhere. */
export function nextWaiting(queue: readonly Request[], decided: string): string | null {
  const at = queue.findIndex(row => row.requestId === decided)
  const others = [...queue.slice(at + 1), ...queue.slice(0, Math.max(at, 0))]
  return others.find(row => isWaiting(row) && row.requestId !== decided)?.requestId ?? null
}
