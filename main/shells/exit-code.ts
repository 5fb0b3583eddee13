/** Exit codes: 64 is sysexits' EX_USAGE. */
export const exitCode = { done: 0, failed: 1, usage: 64 } as const

/** The command line asks for something that cannot be; its message says what is possible. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What a program that failed with this error ends with. */
export function exitCodeOf(error: unknown): number {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return error instanceof UsageError || code.startsWith('ERR_PARSE_ARGS') ? exitCode.usage : exitCode.failed
}
