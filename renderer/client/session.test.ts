import { beforeEach, expect, test } from 'vitest'
import type { AuthState } from './auth.ts'
import { Failure } from './failure.ts'
import { noteFailure, session, whenSignedIn } from './session.ts'

const auth = { phase: 'signed-in' } as AuthState
const pending = Symbol('pending')
const now = (promise: Promise<unknown>): Promise<unknown> => Promise.race([promise, Promise.resolve(pending)])

beforeEach(() => session.setState({ phase: 'signed-out', auth }))

test('who waits for a sign-in waits until there is one', async () => {
  const waiting = whenSignedIn(new AbortController().signal)
  expect(await now(waiting)).toBe(pending)
  session.setState({ phase: 'locked', auth })
  expect(await now(waiting)).toBe(pending)
  session.setState({ phase: 'signed-in', auth })
  await waiting
})

test('who waits for a sign-in may give up, before or meanwhile', async () => {
  const abort = new AbortController()
  const waiting = whenSignedIn(abort.signal)
  abort.abort()
  await expect(waiting).rejects.toThrow('aborted')
  await expect(whenSignedIn(abort.signal)).rejects.toThrow('aborted')
})

test('a failure that says locked or signed out takes the page there; another does not', () => {
  session.setState({ phase: 'signed-in', auth })
  noteFailure(new Failure('vm/not-found', { vm: 'a' }))
  expect(session.getState().phase).toBe('signed-in')
  noteFailure(new Failure('session/locked', {}))
  expect(session.getState().phase).toBe('locked')
  noteFailure(new Failure('session/signed-out', {}))
  expect(session.getState().phase).toBe('signed-out')
})
