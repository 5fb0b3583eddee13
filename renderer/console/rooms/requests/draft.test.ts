import { expect, test } from 'vitest'
import { ApplicationId, DepartmentId, PlatformId } from '#contract/ids.ts'
import type { Application } from '#contract/tenants.ts'
import { checksOf, type CheckFacts } from './checks.ts'
import { draftOf, isDraft, needOf, newDraft, type Draft } from './draft.ts'
import { sampleRequest } from './sample-request.ts'

const GIB = 1024 ** 3
const application: Application = {
  applicationId: ApplicationId.parse('application'),
  departmentId: DepartmentId.parse('department'),
  name: '运行监控管理',
  level: 2,
  version: 1,
}
const platform = {
  platformId: PlatformId.parse('platform'),
  name: '政务外网区',
  levels: [2, 3],
  cpuOvercommit: 4,
  reserveHosts: 1,
  version: 1,
}
const limit = { vcpus: 32, memoryBytes: 64 * GIB, storageBytes: 1024 * GIB }
const used = { vcpus: 24, memoryBytes: 16 * GIB, storageBytes: 100 * GIB }
const facts: CheckFacts = {
  application,
  platform,
  quota: { platformId: platform.platformId, limit, used, version: 1 },
  networks: [{ name: 'default', hosts: 4 }],
  takenNames: new Set(['jk-app-02']),
  today: '2026-11-01',
}
const draft = draftOf(sampleRequest())
const check = (key: string, changes: Partial<Draft> = {}, other: Partial<CheckFacts> = {}) =>
  checksOf({ ...draft, ...changes }, { ...facts, ...other }).find(one => one.key === key)

test('a request becomes a draft and the draft the same need again', () => {
  const result = needOf(draft, application)
  expect('need' in result && result.need).toMatchObject({
    memoryBytes: 8 * GIB,
    diskBytes: 100 * GIB,
    until: '2027-10-31',
  })
})

test('a new draft names every field that is still missing, in the order of the form', () => {
  const result = needOf(newDraft(null, 0), undefined)
  const fields = ['departmentId', 'applicationId', 'level', 'platformId', 'purpose', 'vmName', 'until']
  expect('missing' in result && [...result.missing]).toEqual(fields)
})

test('no end is a decision: without it or a last day the draft is not complete', () => {
  expect(needOf({ ...draft, until: null }, application)).toEqual({ missing: new Set(['until']) })
  const result = needOf({ ...draft, until: null, isOpenEnded: true }, application)
  expect('need' in result && result.need.until).toBeNull()
})

test('a new draft begins on the Shanghai day, not on the UTC one', () => {
  expect(newDraft(null, Date.parse('2026-10-31T17:00:00Z')).from).toBe('2026-11-01')
})

test('what was kept is read back only if every field still has its kind', () => {
  expect(isDraft(JSON.parse(JSON.stringify(draft)))).toBe(true)
  expect(isDraft({ ...draft, vcpus: '4' })).toBe(false)
  expect(isDraft({ ...draft, arch: 'riscv64' })).toBe(false)
  expect(isDraft(null)).toBe(false)
})

test('a complete and possible draft meets every check', () => {
  expect(checksOf(draft, facts).map(one => one.state)).toEqual(['met', 'met', 'met', 'met', 'met'])
})

test('a platform that does not carry the level is named with the levels that it does', () => {
  const result = check('level', {}, { platform: { ...platform, levels: [3, 4] } })
  expect(result).toMatchObject({ state: 'unmet', says: '政务外网区不承载等保2级系统，可承载：3、4级。' })
})

test('a quota may be used up exactly and not by one more', () => {
  expect(check('quota', { vcpus: 8 })?.state).toBe('met')
  const short = check('quota', { vcpus: 9 })
  expect(short?.state).toBe('unmet')
  expect(short?.says).toContain('申请 9 核，可用 8 核')
})

test('a department without a quota on the platform is told so', () => {
  expect(check('quota', {}, { quota: undefined })?.says).toBe('该部门在此平台还没有配额')
})

test('a name that breaks the rule and a name that is taken are told apart', () => {
  expect(check('name', { vmName: 'JK_01' })?.says).toContain('不符合规则')
  expect(check('name', { vmName: 'jk-app-02' })?.says).toContain('已被占用')
  expect(check('name', { vmName: '' })?.state).toBe('open')
})

test('a network that no host of the platform offers is refused with those that are offered', () => {
  expect(check('network', { network: 'vlan-9' })).toMatchObject({ state: 'unmet', todo: '可选：default。' })
  expect(check('network', { network: null })?.state).toBe('met')
})

test('a term counts both of its days and may not end before it begins or in the past', () => {
  expect(check('term', { from: '2026-11-01', until: '2026-11-30' })?.says).toContain('共 30 天')
  expect(check('term', { from: '2026-11-30', until: '2026-11-01' })?.state).toBe('unmet')
  expect(check('term', { from: '2026-10-01', until: '2026-10-31' })?.state).toBe('unmet')
})
