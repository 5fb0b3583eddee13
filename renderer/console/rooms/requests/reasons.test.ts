import { expect, test } from 'vitest'
import type { RuleResult } from '#contract/placement.ts'
import { obstaclesOf, whyNot, whyYes } from './reasons.ts'
import { HostId } from '#contract/ids.ts'

const GIB = 1024 ** 3
const asked = { arch: 'x86_64', network: 'gov-vlan' } as const
const rule = (facts: Partial<RuleResult> & Pick<RuleResult, 'rule'>): RuleResult => ({
  isMet: false,
  needed: null,
  available: null,
  detail: null,
  ...facts,
})
/** Thin spaces stand between numbers and units; here they would only be hard to read. */
const plain = (said: string): string => said.replaceAll('\u2009', ' ')

test('a shortage says what was asked, what is left and what is missing', () => {
  const cpu = rule({ rule: 'cpu', needed: 16, available: 10 })
  expect(plain(whyNot(cpu, asked))).toBe('CPU 不足：申请 16 核，余量 10 核，差 6 核')
  const memory = rule({ rule: 'memory', needed: 64 * GIB, available: 41 * GIB })
  expect(plain(whyNot(memory, asked))).toBe('内存不足：申请 64 GB，余量 41 GB，差 23 GB')
  const storage = rule({ rule: 'storage', needed: 100 * GIB, available: 0, detail: 'data' })
  expect(plain(whyNot(storage, asked))).toBe('存储池 data 不足：申请 100 GB，余量 0 GB，差 100 GB')
})

test('an over-promised host has nothing left rather than less than nothing', () => {
  expect(plain(whyNot(rule({ rule: 'cpu', needed: 4, available: -8 }), asked))).toContain('余量 0 核，差 4 核')
})

test('the reserve speaks of whichever of CPU and memory is scarcer', () => {
  const byMemory = rule({ rule: 'reserve', needed: 32 * GIB, available: 8 * GIB, detail: 'memory' })
  expect(plain(whyNot(byMemory, asked))).toBe('故障预留不足：留出预留后内存只剩 8 GB，申请 32 GB，差 24 GB')
  const byCpu = rule({ rule: 'reserve', needed: 8, available: 2, detail: 'cpu' })
  expect(plain(whyNot(byCpu, asked))).toBe('故障预留不足：留出预留后CPU只剩 2 核，申请 8 核，差 6 核')
})

test('an unknown amount is said to be unknown, a missing pool to be missing', () => {
  expect(whyNot(rule({ rule: 'memory', needed: GIB }), asked)).toBe('内存余量未知，不能据此放置')
  expect(whyNot(rule({ rule: 'storage', needed: GIB, available: 0 }), asked)).toBe('主机上没有启用的存储池')
})

test('architecture and network name what is there and what is wanted', () => {
  const arch = rule({ rule: 'architecture', detail: 'aarch64' })
  expect(whyNot(arch, asked)).toBe('架构不符：主机为 aarch64，申请要求 x86_64')
  expect(whyNot(rule({ rule: 'network' }), asked)).toBe('主机上没有启用的网络“gov-vlan”')
})

test('a rule that is met says with how much', () => {
  const memory = rule({ rule: 'memory', isMet: true, needed: GIB, available: 41 * GIB })
  expect(plain(whyYes(memory, asked))).toBe('内存余量 41 GB')
  expect(whyYes(rule({ rule: 'network', isMet: true }), { arch: 'x86_64', network: null })).toBe('不要求网络')
})

test('a host lists every rule that it does not meet and none that it does', () => {
  const rules = [
    rule({ rule: 'reachable', isMet: true }),
    rule({ rule: 'architecture', detail: 'aarch64' }),
    rule({ rule: 'cpu', needed: 4, available: 1 }),
  ]
  const verdict = {
    hostId: HostId.parse('h'),
    hostName: 'h',
    fits: false,
    rules,
    pool: null,
    cpu: null,
    memory: null,
    storage: null,
  }
  expect(obstaclesOf(verdict, asked)).toHaveLength(2)
})

test('a host that does not answer is not also reproached with its old figures, but with all else', () => {
  const rules = [rule({ rule: 'reachable' }), rule({ rule: 'fresh' }), rule({ rule: 'cpu', needed: 4, available: 1 })]
  const verdict = {
    hostId: HostId.parse('h'),
    hostName: 'h',
    fits: false,
    rules,
    pool: null,
    cpu: null,
    memory: null,
    storage: null,
  }
  expect(obstaclesOf(verdict, asked).map(plain)).toEqual([
    '主机没有应答，数据停在最后一次，不能据此放置',
    'CPU 不足：申请 4 核，余量 1 核，差 3 核',
  ])
})
