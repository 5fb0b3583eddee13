import { randomUUID } from 'node:crypto'
import { implement, ORPCError, ValidationError } from '@orpc/server'
import { statusOf, type Rule } from '#contract/define.ts'
import { AppError, type ErrorCode, type ErrorData } from '#contract/errors.ts'
import { contract } from '#contract/index.ts'
import type { Caller } from '#core/identity/index.ts'
import type { Context } from './context.ts'

export type Report = (error: unknown, facts: { readonly ref: string; readonly path: string }) => void

/** @throws {AppError} when the entry is not for this caller */
export function checkRule(rule: Rule, caller: Caller | undefined, isLocked: boolean): void {
  if (rule.roles === 'anyone') return
  if (!caller) throw new AppError('session/signed-out', {})
  if (isLocked) throw new AppError('session/locked', {})
  if (rule.roles !== 'everyone' && !rule.roles.some(role => caller.roles.includes(role)))
    throw new AppError('session/not-allowed', { needs: [...rule.roles] })
}

/** What crosses the door: an expected failure with its facts, or for a bug a reference and nothing more. */
export function failureOf(error: unknown, path: string, report: Report): unknown {
  if (error instanceof AppError) return crossing(error.code, error.data, error)
  if (error instanceof ORPCError) {
    const { cause } = error
    if (error.code !== 'BAD_REQUEST' || !(cause instanceof ValidationError)) return error
    const issue = cause.issues[0]
    const field = (issue?.path ?? []).map(part => String(typeof part === 'object' ? part.key : part)).join('.')
    return crossing('input/invalid', { field, rule: issue?.message ?? 'invalid' }, error)
  }
  const ref = randomUUID().slice(0, 8)
  report(error, { ref, path })
  return crossing('internal', { ref }, error)
}

const crossing = <C extends ErrorCode>(code: C, data: ErrorData<C>, cause: unknown) =>
  new ORPCError(code, { status: statusOf(code), data, cause })

const isIterator = (value: unknown): value is AsyncIterator<unknown> & AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value

/** Implements the contract: every entry passes here before its handler. */
export function guarded(report: Report) {
  return implement(contract)
    .$context<Context>()
    .use(async ({ context, procedure, path, next }) => {
      const name = path.join('.')
      try {
        const { rule } = procedure['~orpc'].meta as { rule?: Rule }
        if (!rule) throw new Error(`${name} says not who may call it`)
        const { caller, isLocked } = await context.attend()
        checkRule(rule, caller, isLocked)
        const result = await next({ context: { caller: caller as Caller } })
        if (!isIterator(result.output)) return result
        return { ...result, output: mapped(result.output, name, report) as typeof result.output }
      } catch (error) {
        throw failureOf(error, name, report)
      }
    })
}
export type Os = ReturnType<typeof guarded>

/** A stream may fail long after it began; that failure crosses the door like any other. */
async function* mapped(
  source: AsyncIterable<unknown>,
  path: string,
  report: Report,
): AsyncGenerator<unknown, void, void> {
  try {
    yield* source
  } catch (error) {
    throw failureOf(error, path, report)
  }
}
