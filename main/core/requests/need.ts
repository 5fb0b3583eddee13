import { AppError } from '#contract/errors.ts'
import type { Need } from '#contract/requests.ts'
import type { Caller } from '#core/identity/index.ts'
import { dayOf } from './day.ts'
import type { RequestPorts } from './port.ts'

/** An applicant acts for one department only. */
export function holdToDepartment(caller: Caller, departmentId: string): void {
  if (caller.departmentId !== null && caller.departmentId !== departmentId)
    throw new AppError('session/other-department', {})
}

/** @throws {AppError} what makes the need impossible whatever the capacity */
export async function checkNeed(
  { site, tenants, clock }: Pick<RequestPorts, 'site' | 'tenants' | 'clock'>,
  caller: Caller,
  need: Need,
): Promise<void> {
  holdToDepartment(caller, need.departmentId)
  const [application, platform] = await Promise.all([
    tenants.findApplication(need.applicationId),
    site.findPlatform(need.platformId),
  ])
  const { level, from, until } = need
  if (application.departmentId !== need.departmentId)
    throw new AppError('store/not-found', { what: 'application', id: need.applicationId })
  if (application.level !== level)
    throw new AppError('request/level-unlike-application', { level, applicationLevel: application.level })
  if (!platform.levels.includes(level)) throw new AppError('request/level-not-carried', levelFault(level, platform))
  // A term ends at 24:00 of its last day.
  if (until !== null && (until < from || until < dayOf(clock.now())))
    throw new AppError('request/term-invalid', { from, until })
}

/** Facts of a level that a platform does not carry. */
export const levelFault = (
  level: number,
  platform: { readonly levels: readonly number[]; readonly name: string },
): { level: number; carried: number[]; platform: string } => ({
  level,
  carried: [...platform.levels],
  platform: platform.name,
})
