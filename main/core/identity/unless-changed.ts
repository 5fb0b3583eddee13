import { AppError } from '#contract/errors.ts'

/** For `catch`: somebody else has just written what was to be written, or made it pointless. Anything else is thrown. */
export function unlessChanged(error: unknown): void {
  if (!(error instanceof AppError) || error.code !== 'store/changed-meanwhile') throw error
}
