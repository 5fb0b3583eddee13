import { expect, test } from 'vitest'
import { CLOCK_ALARM_MS, knownOffsetMs } from './clock-offset.ts'

test('an offset is told in whole milliseconds, and never as minus nothing', () => {
  expect(knownOffsetMs({ offsetMs: 3_200.4, uncertaintyMs: 12 })).toBe(3_200)
  expect(knownOffsetMs({ offsetMs: -0.2, uncertaintyMs: 12 })).toBe(0)
})

test('what a machine does not tell is unknown', () => expect(knownOffsetMs(null)).toBeNull())

test('over so slow a line that a right clock could raise the alarm, it is unknown', () => {
  const offsetMs = 2_400
  expect(knownOffsetMs({ offsetMs, uncertaintyMs: CLOCK_ALARM_MS - 1 })).toBe(offsetMs)
  expect(knownOffsetMs({ offsetMs, uncertaintyMs: CLOCK_ALARM_MS })).toBeNull()
})
