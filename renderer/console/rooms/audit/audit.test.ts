import { expect, test } from 'vitest'
import { actionName, factLines } from './facts.ts'
import { fileNameOf, spanOf } from './span.ts'

const lines = (data: Record<string, unknown>, names: Record<string, string> = {}) =>
  factLines(data, (_key, id) => names[id]).map(({ label, value }) => `${label}：${value.replaceAll('\u2009', ' ')}`)

test('facts carry units, words and the labels above them', () => {
  const data = { host: 'gov-03', amounts: { vcpus: 8, memoryBytes: 16 * 1024 ** 3 }, tookMs: 4_200, isActive: false }
  expect(lines(data)).toEqual(['主机：gov-03', '分配 · CPU：8 核', '分配 · 内存：16 GB', '用时：4 秒', '在用：否'])
})

test('of a record before and after only what changed is told', () => {
  const before = { name: '互联网区', reserveHosts: 0, roles: ['operator'], version: 1 }
  const after = { name: '互联网区', reserveHosts: 1, roles: ['operator', 'approver'], version: 2 }
  expect(lines({ before, after })).toEqual(['预留主机数：0 → 1', '角色：运维员 → 运维员、审批人'])
})

test('a first value has nothing before it', () => {
  const facts = lines({ before: null, after: { vcpus: 8 } })
  expect(facts).toEqual(['改动前：无', '改动后 · CPU：8 核'])
})

test('an id is shown by its name and left to the raw record when it has none here', () => {
  const data = { departmentId: 'd-1', jobId: 'j-1' }
  expect(lines(data, { 'd-1': '市教育局' })).toEqual(['部门：市教育局'])
})

test('a fault is its sentence', () => {
  const fault = { code: 'host/lost', data: { hostId: 'h' } }
  expect(lines({ fault, kind: 'vm.create' })).toEqual(['原因：与主机的连接中断', '种类：开通虚拟机'])
  expect(lines({ fault: null })).toEqual([])
})

test('an unknown key or action keeps its own name rather than vanishing', () => {
  expect(lines({ colour: 'red' })).toEqual(['colour：red'])
  expect(actionName('requests.approve')).toBe('批准申请')
  expect(actionName('weather.change')).toBe('weather.change')
})

test('a span of days runs from Shanghai midnight to the last millisecond of its last day', () => {
  const span = spanOf('own', 0, { from: '2026-11-01', until: '2026-11-01' })
  expect(span.from).toBe(Date.parse('2026-10-31T16:00:00Z'))
  expect((span.until ?? 0) - (span.from ?? 0)).toBe(86_400_000 - 1)
  expect(spanOf('own', 0, { from: null, until: null })).toEqual({})
})

test('a span of days back stays the same question within a minute', () => {
  const own = { from: null, until: null }
  expect(spanOf('day', 90_000_000, own)).toEqual(spanOf('day', 90_000_000 + 59_000, own))
  expect(spanOf('all', 5, own)).toEqual({})
})

test('an export is named after its days', () => {
  expect(fileNameOf('审计', ['2026-11-01', '2026-11-30'])).toBe('审计-2026-11-01-2026-11-30.jsonl')
})
