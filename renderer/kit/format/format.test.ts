import { expect, test } from 'vitest'
import {
  dayOf,
  formatAge,
  formatBytes,
  formatBytesOf,
  formatCoresOf,
  formatDuration,
  formatInstant,
  formatMemory,
  formatNetworkRate,
  formatPercent,
} from './index.ts'

const GIB = 1024 ** 3
const plain = (text: string): string => text.replaceAll('\u2009', ' ')

test('amounts take the unit that fits, in binary steps', () => {
  const amounts = [0, 512 * 1024 ** 2, 3.5 * GIB, 64 * GIB, 1.5 * 1024 * GIB, 240 * 1024 * GIB]
  expect(amounts.map(bytes => plain(formatBytes(bytes)))).toEqual([
    '0 GB',
    '512 MB',
    '3.5 GB',
    '64 GB',
    '1.5 TB',
    '240 TB',
  ])
})

test('used and whole stand in the unit of the whole', () => {
  expect(plain(formatBytesOf(41 * GIB, 64 * GIB))).toBe('41 / 64 GB')
  expect(plain(formatBytesOf(null, 2 * 1024 * GIB))).toBe('— / 2.0 TB')
})

test('a small amount of a small whole does not vanish, a large one is not overly exact', () => {
  expect(plain(formatBytesOf(0.4 * GIB, GIB))).toBe('0.4 / 1 GB')
  expect(plain(formatBytesOf(187.4 * GIB, 377.6 * GIB))).toBe('187 / 378 GB')
})

test('a column has one unit and one precision', () => {
  const inColumn = (part: number, whole: number) =>
    plain(formatBytesOf(part * GIB, whole * GIB, { unit: 'GB', decimals: 0 }))
  expect([inColumn(17.9, 31.5), inColumn(305, 378), inColumn(700, 1126)]).toEqual([
    '18 / 32 GB',
    '305 / 378 GB',
    '700 / 1,126 GB',
  ])
})

test('memory stays in GB where a tenth of a TB is still a machine', () => {
  expect([3.5, 867.4, 1014, 20 * 1024].map(n => plain(formatMemory(n * GIB)))).toEqual([
    '3.5 GB',
    '867 GB',
    '1,014 GB',
    '20.0 TB',
  ])
})

test('what is not known is a dash and never a zero', () => {
  expect([formatBytes(null), formatPercent(null), formatNetworkRate(null), formatCoresOf(1, null)]).toEqual(
    Array(4).fill('—'),
  )
})

test('percentages have a decimal only below ten', () => {
  expect([0, 0.004, 0.0994, 0.0996, 0.5, 1].map(n => plain(formatPercent(n)))).toEqual([
    '0 %',
    '0.4 %',
    '9.9 %',
    '10 %',
    '50 %',
    '100 %',
  ])
})

test('cores used of promised keep one decimal', () => {
  expect(plain(formatCoresOf(3.21, 8))).toBe('3.2 / 8 核')
})

test('line speed is told in decimal bits', () => {
  expect(plain(formatNetworkRate(1_250_000))).toBe('10.0 Mbit/s')
})

/** 2026-10-31 08:31:05 in Shanghai. */
const at = Date.UTC(2026, 9, 31, 0, 31, 5)

test('an instant says as much of its date as it needs, in Shanghai time', () => {
  expect(formatInstant(at, Date.UTC(2026, 9, 31, 15, 59))).toBe('08:31')
  expect(formatInstant(at, Date.UTC(2026, 9, 31, 16, 0))).toBe('10-31 08:31')
  expect(formatInstant(at, Date.UTC(2027, 0, 5))).toBe('2026-10-31 08:31')
})

test('the day changes at midnight in Shanghai, which is 16:00 UTC', () => {
  expect(dayOf(Date.UTC(2026, 9, 30, 15, 59))).toBe('2026-10-30')
  expect(dayOf(Date.UTC(2026, 9, 30, 16, 0))).toBe('2026-10-31')
})

test('durations name their two largest parts', () => {
  const minute = 60_000
  const some = [40, 12_000, 4 * minute + 10_000, 60 * minute, 52 * 60 * minute]
  expect(some.map(formatDuration)).toEqual(['40 毫秒', '12 秒', '4 分 10 秒', '1 小时', '2 天 4 小时'])
})

test('an age has one part, and a clock that runs ahead does not give a negative one', () => {
  expect(formatAge(at, at + 4_900)).toBe('4 秒前')
  expect(formatAge(at, at + 200_000)).toBe('3 分前')
  expect(formatAge(at, at - 3_000)).toBe('刚刚')
})
