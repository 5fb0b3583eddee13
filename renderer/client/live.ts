import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Failure } from './failure.ts'

/** What a page knows of something that changes: the last value, and whether it still comes in. */
export type Live<Value> = {
  /** `loading`: nothing yet. `stale`: cut off, the value is the last one. `refused`: not for this person. */
  readonly phase: 'loading' | 'live' | 'stale' | 'refused'
  readonly value: Value
  /** Since when it is stale, ms since 1970. */
  readonly lostAt: number | null
  readonly failure: Failure | null
}

/** A value that is kept up to date while somebody holds it. */
export type Source<Value> = {
  readonly store: StoreApi<Live<Value>>
  /** Holds it; call the result to let go. */
  readonly retain: () => () => void
  /** Forgets everything: another person signs in. */
  readonly reset: () => void
}

export type Handlers<Message> = {
  readonly message: (message: Message) => void
  readonly lost: (failure: Failure) => void
  readonly refused: (failure: Failure) => void
}

/** A page that is left and entered again within this time finds the stream still open. */
const LINGER_MS = 60_000

/**
 * Makes a source of a stream. The stream is opened for the first reader and closed a minute after the last has gone.
 *
 * @param start   begins to read; is told how to get the present value, for the cursor in it; returns how to end
 * @param reduce  the next value, from the present one and a message; keeps what did not change as it is
 */
export function openSource<Value, Message>(options: {
  readonly initial: Value
  readonly start: (current: () => Value, handlers: Handlers<Message>) => () => void
  readonly reduce: (value: Value, message: Message) => Value
  readonly now: () => number
}): Source<Value> {
  const fresh = (): Live<Value> => ({ phase: 'loading', value: options.initial, lostAt: null, failure: null })
  const store = createStore<Live<Value>>()(fresh)
  let holders = 0
  let end: (() => void) | null = null
  let linger: ReturnType<typeof setTimeout> | undefined

  const handlers: Handlers<Message> = {
    message: message =>
      store.setState(({ value }) => ({
        phase: 'live',
        value: options.reduce(value, message),
        lostAt: null,
        failure: null,
      })),
    lost: failure =>
      store.setState(({ phase, lostAt }) => ({
        phase: phase === 'loading' ? 'loading' : 'stale',
        lostAt: lostAt ?? options.now(),
        failure,
      })),
    refused: failure => store.setState({ phase: 'refused', failure }),
  }
  const stop = () => {
    end?.()
    end = null
  }
  const release = () => {
    holders -= 1
    if (holders === 0) linger = setTimeout(stop, LINGER_MS)
  }
  return {
    store,
    retain: () => {
      clearTimeout(linger)
      holders += 1
      end ??= options.start(() => store.getState().value, handlers)
      let isHeld = true
      return () => {
        if (isHeld) release()
        isHeld = false
      }
    },
    reset: () => {
      stop()
      store.setState(fresh(), true)
      if (holders > 0) end = options.start(() => store.getState().value, handlers)
    },
  }
}
