import { useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined
let now = Date.now()

function tick(): void {
  now = Date.now()
  for (const listen of listeners) listen()
}
function listenToClock(listen: () => void): () => void {
  listeners.add(listen)
  timer ??= setInterval(tick, 1_000)
  return () => {
    listeners.delete(listen)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/**
 * Something told from the present time, from the one clock that the page shares. The component is drawn again only
 * when what is told changes: an age in minutes once a minute.
 *
 * @param tell  must give a text, number or boolean, which compare by value
 */
export function useFromNow<Told extends string | number | boolean>(tell: (now: number) => Told): Told {
  return useSyncExternalStore(listenToClock, () => tell(timer === undefined ? (now = Date.now()) : now))
}
