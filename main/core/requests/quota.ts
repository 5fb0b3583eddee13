import type { ErrorData } from '#contract/errors.ts'
import type { Amounts } from '#contract/quantities.ts'
import { quotaShortage } from '#core/placement/index.ts'
import type { GrantBook } from './grants.ts'
import { amountsOf, nothing, type RequestRecord } from './model.ts'

/** The quota that forbids a request; a department without one on that platform may hold nothing there. */
export function quotaFault(
  book: GrantBook,
  request: RequestRecord,
  limit: Amounts | undefined,
): ErrorData<'quota/short'> | null {
  const { active, reserved } = book.held(request.departmentId, request.platformId)
  return quotaShortage(limit ?? nothing, active, reserved, amountsOf(request))
}
