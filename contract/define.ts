import { eventIterator, oc } from '@orpc/contract'
import type { z } from 'zod'
import { errorData, type ErrorCode } from './errors.ts'
import type { Role } from './roles.ts'

/**
 * Who may call: `roles`, any one of them; `everyone` for those who are signed in; `anyone` also before sign-in.
 * `scope`: `centre` sees all; `own-department` means that an applicant is held to the department they act for.
 */
export type Rule = {
  readonly kind: 'query' | 'command' | 'stream'
  readonly roles: readonly Role[] | 'everyone' | 'anyone'
  readonly scope: 'centre' | 'own-department'
}

type Definition<I extends z.ZodType, O extends z.ZodType, E extends ErrorCode> = {
  /** One sentence, for the API page. */
  readonly summary: string
  readonly roles: Rule['roles']
  readonly scope: Rule['scope']
  readonly input: I
  readonly output: O
  readonly errors?: readonly E[]
}

/** Failures that any entry can meet. */
const always = [
  'session/signed-out',
  'session/locked',
  'session/not-allowed',
  'input/invalid',
  'store/full',
  'store/damaged',
  'internal',
] as const
type Always = (typeof always)[number]

/** HTTP status of an expected failure; the same over every door. */
export const statusOf = (code: ErrorCode): number => {
  if (code === 'session/signed-out' || code === 'session/locked' || code === 'session/wrong-password') return 401
  if (code === 'session/not-allowed' || code === 'session/other-department' || code === 'request/own') return 403
  if (code === 'session/too-many-tries' || code === 'session/crowded') return 429
  if (code === 'store/not-found' || code === 'vm/not-found') return 404
  if (code === 'store/full') return 507
  if (code === 'store/damaged' || code === 'internal') return 500
  if (code.startsWith('host/')) return 502
  return code.startsWith('identity/') || code === 'input/invalid' ? 422 : 409
}

type ErrorMapOf<E extends ErrorCode> = { [C in E | Always]: { status: number; data: (typeof errorData)[C] } }

function errorMap<E extends ErrorCode>(codes: readonly E[]): ErrorMapOf<E> {
  const entries = [...always, ...codes].map(code => [code, { status: statusOf(code), data: errorData[code] }] as const)
  return Object.fromEntries(entries) as ErrorMapOf<E>
}

function start<E extends ErrorCode>(rule: Rule, summary: string, codes: readonly E[]) {
  return oc.$meta<{ rule?: Rule }>({}).meta({ rule }).route({ method: 'POST', summary }).errors(errorMap(codes))
}

/** Reads; changes nothing. */
export function query<I extends z.ZodType, O extends z.ZodType, E extends ErrorCode = never>(d: Definition<I, O, E>) {
  const rule: Rule = { kind: 'query', roles: d.roles, scope: d.scope }
  return start(rule, d.summary, d.errors ?? [])
    .input(d.input)
    .output(d.output)
}

/** Changes something, and leaves an audit entry in the commit of that change. */
export function command<I extends z.ZodType, O extends z.ZodType, E extends ErrorCode = never>(d: Definition<I, O, E>) {
  const rule: Rule = { kind: 'command', roles: d.roles, scope: d.scope }
  return start(rule, d.summary, d.errors ?? [])
    .input(d.input)
    .output(d.output)
}

/** The latest state, again and again at a bounded rate, until the reader leaves. */
export function stream<I extends z.ZodType, O extends z.ZodType, E extends ErrorCode = never>(d: Definition<I, O, E>) {
  const rule: Rule = { kind: 'stream', roles: d.roles, scope: d.scope }
  return start(rule, d.summary, d.errors ?? [])
    .input(d.input)
    .output(eventIterator(d.output))
}
