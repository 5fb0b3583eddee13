import { ApplicationId, DepartmentId, PlatformId, RequestId } from '#contract/ids.ts'
import type { Request } from '#contract/requests.ts'

const GIB = 1024 ** 3

/** A request for tests: submitted, in order, with what the test names put in its place. */
export function sampleRequest(
  facts: Partial<Omit<Request, 'requestId'>> & { readonly requestId?: string } = {},
): Request {
  const { requestId = 'one', ...rest } = facts
  return {
    requestId: RequestId.parse(requestId),
    number: '2026-0001',
    departmentId: DepartmentId.parse('department'),
    departmentName: '市信息中心',
    applicationId: ApplicationId.parse('application'),
    applicationName: '运行监控管理',
    level: 2,
    platformId: PlatformId.parse('platform'),
    platformName: '政务外网区',
    purpose: '监控各单位系统的运行情况',
    vmName: 'jk-app-01',
    arch: 'x86_64',
    vcpus: 4,
    memoryBytes: 8 * GIB,
    diskBytes: 100 * GIB,
    network: 'default',
    from: '2026-11-01',
    until: '2027-10-31',
    state: 'submitted',
    enteredBy: null,
    enteredByName: '某人',
    submittedAt: 0,
    deadlineAt: 1_000,
    decidedAt: null,
    jobId: null,
    vmId: null,
    hostId: null,
    fault: null,
    history: [],
    version: 1,
    ...rest,
  }
}
