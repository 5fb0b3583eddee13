import { expect, test } from 'vitest'
import { statusOf } from './define.ts'
import { AppError, errorData, faultOf, type ErrorCode } from './errors.ts'
import { LoginName } from './identity.ts'
import { HostId, partsOf, vmIdOf } from './ids.ts'
import { Day } from './quantities.ts'
import { Need } from './requests.ts'
import { allRoles, exclusiveRoles, rolesInConflict, staff } from './roles.ts'

test('every failure has an HTTP status of failures', () => {
  const statuses = (Object.keys(errorData) as ErrorCode[]).map(code => statusOf(code))
  expect([...new Set(statuses)].sort()).toEqual([401, 403, 404, 409, 422, 429, 500, 502, 507])
})

test.each(['h1', 'hv1.xz.gov.cn'])('a VM’s id tells its host %s and its UUID', name => {
  const [hostId, uuid] = [HostId.parse(name), '0f8fad5b-d9cb-469f-a165-70867728950e']
  expect(partsOf(vmIdOf(hostId, uuid))).toEqual({ hostId, uuid })
})

test('system administration, security administration and audit are three persons', () => {
  expect([...exclusiveRoles].sort()).toEqual(['auditor', 'security-administrator', 'system-administrator'])
  for (const role of allRoles) expect(rolesInConflict([role])).toEqual([])
  expect(rolesInConflict(['auditor', 'operator', 'system-administrator'])).toEqual(['auditor', 'system-administrator'])
  expect(rolesInConflict(staff.filter(role => !exclusiveRoles.includes(role)))).toEqual([])
})

test.each(['2025-02-29', '2025-13-01', '2025-00-10', '2025-1-1', '25-01-01', ' 2025-01-01', 'x'])(
  '%s is no day',
  text => expect(Day.safeParse(text).success).toBe(false),
)

test.each(['2024-02-29', '2025-12-31'])('%s is a day', text => expect(Day.safeParse(text).success).toBe(true))

test.each(['a', 'a b', '管理员', 'x'.repeat(41), '<b>', 'token:x', ''])('%j is no sign-in name', text =>
  expect(LoginName.safeParse(text).success).toBe(false),
)

test.each(['-a', 'a-', 'A', 'a_b', 'a.b', 'a', 'x'.repeat(64), "a'b", 'a/b'])('%j names no machine', text =>
  expect(Need.shape.vmName.safeParse(text).success).toBe(false),
)

test('an expected failure keeps its facts as plain data, a bug only a reference', () => {
  expect(faultOf(new AppError('vm/busy', { jobId: 'j' as never }))).toEqual({ code: 'vm/busy', data: { jobId: 'j' } })
  expect(faultOf(new TypeError('secret'), 'r1')).toEqual({ code: 'internal', data: { ref: 'r1' } })
})
