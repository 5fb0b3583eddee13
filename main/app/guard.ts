import { randomUUID } from 'node:crypto'
import { implement, ORPCError, ValidationError } from '@orpc/server'
import { statusOf, type Rule } from '#contract/define.ts'
import { AppError, type ErrorCode, type ErrorData } from '#contract/errors.ts'
import { contract } from '#contract/index.ts'
import type { Caller } from '#core/identity/index.ts'
import type { Clock } from '#lib/clock.ts'
import type { Context } from './context.ts'

export type Report = (error: unknown, facts: { readonly ref: string; readonly path: string }) => void

/**
 * A code that the entry does not declare. Whoever called hears it all the same; their types, the API page and the words
 * did not know of it, so either the entry or what it does is wrong.
 */
export class UndeclaredFailure extends Error {
  override readonly name = 'UndeclaredFailure'
}

/** @throws {AppError} when the entry is not for this caller */
function checkRule(rule: Rule, caller: Caller | undefined, isLocked: boolean): void {
  if (rule.roles === 'anyone') return
  if (!caller) throw new AppError('session/signed-out', {})
  if (isLocked) throw new AppError('session/locked', {})
  if (rule.roles !== 'everyone' && !rule.roles.some(role => caller.roles.includes(role)))
    throw new AppError('session/not-allowed', { needs: [...rule.roles] })
}

type Entry = { readonly path: string; readonly errorMap: object }

/** What crosses the door: an expected failure with its facts, or for a bug a reference and nothing more. */
function failureOf(error: unknown, { path, errorMap }: Entry, report: Report): unknown {
  const ref = randomUUID().slice(0, 8)
  if (error instanceof AppError) {
    if (!Object.hasOwn(errorMap, error.code))
      report(new UndeclaredFailure(`${path} does not declare ${error.code}`, { cause: error }), { ref, path })
    return crossing(error.code, error.data, error)
  }
  if (error instanceof ORPCError && error.code === 'BAD_REQUEST' && error.cause instanceof ValidationError) {
    const [issue] = error.cause.issues
    const field = (issue?.path ?? []).map(part => String(typeof part === 'object' ? part.key : part)).join('.')
    return crossing('input/invalid', { field, rule: issue?.message ?? 'invalid' }, error)
  }
  // Whatever else the transport's library finds wrong, an answer that is not as the contract has it, is our doing.
  report(error, { ref, path })
  return crossing('internal', { ref }, error)
}

const crossing = <C extends ErrorCode>(code: C, data: ErrorData<C>, cause: unknown) =>
  new ORPCError(code, { status: statusOf(code), data, cause })

const isIterator = (value: unknown): value is AsyncIterator<unknown> & AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value

/** A reader that goes on for long is asked this often whether it still may. */
const recheckMs = 2_000

/** Implements the contract: every entry passes here before its handler. */
export function guarded(report: Report, clock: Clock) {
  return implement(contract)
    .$context<Context>()
    .use(async ({ context, procedure, path, next }) => {
      const { meta, errorMap } = procedure['~orpc']
      const entry = { path: path.join('.'), errorMap }
      const check = async (): Promise<Caller | undefined> => {
        const { rule } = meta as { rule?: Rule }
        if (!rule) throw new Error(`${entry.path} says not who may call it`)
        const { caller, isLocked } = await context.attend()
        checkRule(rule, caller, isLocked)
        return caller
      }
      const fail = (error: unknown): unknown => failureOf(error, entry, report)
      try {
        const result = await next({ context: { caller: (await check()) as Caller } })
        if (!isIterator(result.output)) return result
        return { ...result, output: watched(result.output, check, fail, clock) as typeof result.output }
      } catch (error) {
        throw fail(error)
      }
    })
}
export type Os = ReturnType<typeof guarded>

/**
 * A stream may fail long after it began; that failure crosses the door like any other. It ends with the right to read it:
 * with the session's end or lock, the token's revocation.
 */
async function* watched(
  source: AsyncIterable<unknown>,
  check: () => Promise<unknown>,
  fail: (error: unknown) => unknown,
  clock: Clock,
): AsyncGenerator<unknown, void, void> {
  try {
    let checkedAt = clock.monotonic()
    for await (const message of source) {
      if (clock.monotonic() - checkedAt >= recheckMs) {
        await check()
        checkedAt = clock.monotonic()
      }
      yield message
    }
  } catch (error) {
    throw fail(error)
  }
}
