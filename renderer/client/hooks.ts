import { useCallback, useEffect, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { Me } from '#contract/session.ts'
import type { Role } from '#contract/roles.ts'
import type { ConnectionState } from './connection.ts'
import type { Failure } from './failure.ts'
import type { Rows } from './feed.ts'
import { call, connection, rpc } from './index.ts'
import type { Live, Source } from './live.ts'
import { mayUse, session, type SessionState } from './session.ts'

/** The present value of a source, kept up to date while the component is on the page. */
export function useLive<Value>(source: Source<Value>): Live<Value> {
  useEffect(source.retain, [source])
  return useStore(source.store)
}

/** One row of a feed; the component is drawn again only when that row changes. Does not by itself open the feed. */
export function useRow<Row>(source: Source<Rows<Row>>, key: string | null): Row | undefined {
  return useStore(source.store, ({ value }) => (key === null ? undefined : value.rows.get(key)))
}

export const useSession = (): SessionState => useStore(session)
export const useConnection = (): ConnectionState => useStore(connection.store)

/** Who is signed in; only below the frame, where somebody always is. */
export function useMe(): Me {
  const me = useStore(session, state => state.auth?.me ?? null)
  if (me === null) throw new Error('nobody is signed in')
  return me
}

/** Whether the person has one of the roles. */
export function useMay(roles: readonly Role[] | 'everyone'): boolean {
  const held = useStore(session, state => state.auth?.me?.roles)
  return mayUse(roles, held ?? [])
}

export type Answer<Output> = {
  readonly phase: 'loading' | 'ready' | 'failed'
  /** The last answer; stays while a new one is awaited. */
  readonly value: Output | undefined
  readonly failure: Failure | null
  readonly reload: () => void
}

/**
 * Asks a query when the component appears, whenever `key` changes and again after an unlocked screen or a connection
 * that came back; a null key asks nothing. An answer that comes after the key has changed is dropped.
 */
export function useQuery<Output>(
  key: string | null,
  ask: (r: typeof rpc, o: { signal: AbortSignal }) => Promise<Output>,
): Answer<Output> {
  const [turn, setTurn] = useState(0)
  const [state, setState] = useState<Omit<Answer<Output>, 'reload'> & { key: string | null }>(initial)
  const asked = useRef(ask)
  asked.current = ask
  const isReady = useStore(session, s => s.phase === 'signed-in')
  const isLive = useStore(connection.store, s => s.phase === 'live')
  useEffect(() => {
    if (key === null || !isReady || !isLive) return
    const leaving = new AbortController()
    call(() => asked.current(rpc, { signal: leaving.signal })).then(
      value => leaving.signal.aborted || setState({ key, phase: 'ready', value, failure: null }),
      (failure: Failure) => leaving.signal.aborted || setState(have => ({ ...have, key, phase: 'failed', failure })),
    )
    return () => leaving.abort()
  }, [key, turn, isReady, isLive])
  const reload = useCallback(() => setTurn(n => n + 1), [])
  const isOther = state.key !== key
  return {
    phase: isOther ? 'loading' : state.phase,
    value: isOther ? undefined : state.value,
    failure: state.failure,
    reload,
  }
}
const initial = { key: null, phase: 'loading', value: undefined, failure: null } as const

export type Act<Input, Output> = {
  /** Runs it; gives the output, or undefined when it failed (then `failure` says why) or was already running. */
  readonly run: (input: Input) => Promise<Output | undefined>
  readonly isRunning: boolean
  readonly failure: Failure | null
  readonly clear: () => void
}

/** A command behind a button: one at a time, with its failure kept for the form that caused it. */
export function useAct<Input, Output>(act: (input: Input) => Promise<Output>): Act<Input, Output> {
  const [isRunning, setRunning] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const busy = useRef(false)
  const latest = useRef(act)
  latest.current = act
  const run = useCallback(async (input: Input): Promise<Output | undefined> => {
    if (busy.current) return undefined
    busy.current = true
    setRunning(true)
    setFailure(null)
    try {
      return await call(() => latest.current(input))
    } catch (error) {
      setFailure(error as Failure)
      return undefined
    } finally {
      busy.current = false
      setRunning(false)
    }
  }, [])
  const clear = useCallback(() => setFailure(null), [])
  return { run, isRunning, failure, clear }
}
