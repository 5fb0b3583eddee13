import { expect, test } from 'vitest'
import { errorData } from '#contract/errors.ts'
import { sentenceOf } from './fault.ts'
import { zhCN } from './i18n/zh-CN/index.ts'

const GIB = 1024 ** 3
const plain = (text: string): string => text.replaceAll('\u2009', ' ')

/** Values with a word of their own, then one of each kind: the first that a field's schema takes stands for it. */
const named: Readonly<Record<string, unknown>> = { pool: 'memory', state: 'running', action: 'start', what: 'host' }
const kinds: readonly unknown[] = ['x', 3, ['operator'], ['x'], [2, 3], { code: 'internal', data: { ref: 'x' } }]

function sampleOf(code: keyof typeof errorData): Record<string, unknown> {
  const fields = Object.entries<{ safeParse: (value: unknown) => { success: boolean } }>(errorData[code].shape)
  return Object.fromEntries(
    fields.map(([name, schema]) => [name, [named[name], ...kinds].find(value => schema.safeParse(value).success)]),
  )
}

test('every error code has a sentence and an advice in which no gap stays open', () => {
  for (const code of Object.keys(errorData) as (keyof typeof errorData)[]) {
    const data = sampleOf(code)
    expect(errorData[code].safeParse(data).success, code).toBe(true)
    const { says, todo } = sentenceOf({ code, data })
    expect(says, code).toMatch(/\p{Script=Han}/u)
    expect(todo, code).toMatch(/\p{Script=Han}/u)
    expect(`${says}${todo}`, code).not.toMatch(/\{\{|undefined|NaN|\[object/)
  }
})

test('every number of an error stands in its sentence', () => {
  const data = { pool: 'memory', limit: 512 * GIB, used: 343 * GIB, reserved: 128 * GIB, asked: 64 * GIB }
  const { says } = sentenceOf({ code: 'pool/short', data })
  expect(plain(says)).toBe(
    '平台内存不足：申请 64 GB，可用 41 GB（可分配 512 GB，已分配 343 GB，主机故障预留 128 GB）。',
  )
})

test('processors are counted in cores, memory in bytes', () => {
  const data = { pool: 'cpu', limit: 16, used: 12, reserved: 0, asked: 8 }
  expect(plain(sentenceOf({ code: 'quota/short', data }).says)).toContain('申请 8 核，可用 4 核')
})

test('a state is told in the words of the thing that has it', () => {
  const say = (code: string, state: string, action: string) => sentenceOf({ code, data: { state, action } }).says
  expect(say('vm/wrong-state', 'shutoff', 'reboot')).toBe('虚拟机现在是“关机”，不能重启。')
  expect(say('request/wrong-state', 'granted', 'approve')).toBe('申请现在是“已分配”，不能批准。')
})

test('a code of a newer core is named instead of hidden', () => {
  expect(sentenceOf({ code: 'moon/full', data: {} }).says).toContain('moon/full')
})

test('a clock that is ahead reads fast, one behind reads slow', () => {
  const say = (offsetMs: number) => sentenceOf({ code: 'alert/clock-off', data: { offsetMs } }).says
  expect([say(3_000), say(-3_000)]).toEqual([
    '主机时钟快 3 秒（超过 2 秒告警）。',
    '主机时钟慢 3 秒（超过 2 秒告警）。',
  ])
})

test('catalogues hold no exclamation marks and no empty texts', () => {
  const texts = (value: unknown): string[] =>
    typeof value === 'string' ? [value] : Object.values(value as object).flatMap(texts)
  expect(texts(zhCN).filter(one => one.trim() === '' || /[!！]/.test(one))).toEqual([])
})
