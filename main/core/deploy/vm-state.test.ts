import { expect, test } from 'vitest'
import { manualClock } from '#lib/manual-clock.ts'
import { waitForReboot } from './vm-state.ts'

const uuid = 'a'
const deadlineMs = 60_000
const hourMs = 3_600_000
const { signal } = new AbortController()

/** A guest that was asked to reboot, and what became of the wait for it. */
function reboot(heard: 'told' | 'untold' | 'unheard') {
  const clock = manualClock()
  const guest = { heard, outcome: 'waiting' }
  const link = { rebootOf: () => guest.heard, vmState: () => Promise.resolve('running' as const) }
  waitForReboot(clock, link, { uuid, deadlineMs }, signal).then(
    () => (guest.outcome = 'rebooted'),
    (error: unknown) => (guest.outcome = String(error)),
  )
  return { clock, guest }
}

test.each([hourMs, -hourMs])('a wall clock that is set by %i ms meanwhile ends no wait', async ms => {
  const { clock, guest } = reboot('untold')
  await clock.advance(1_000)
  clock.jump(ms)
  await clock.advance(1_000)
  expect(guest.outcome).toBe('waiting')
  guest.heard = 'told'
  await clock.advance(1_000)
  expect(guest.outcome).toBe('rebooted')
})

test.each([hourMs, -hourMs])('a wall clock that is set by %i ms makes no wait longer', async ms => {
  const { clock, guest } = reboot('untold')
  clock.jump(ms)
  await clock.advance(deadlineMs + 1_000)
  expect(guest.outcome).toBe('AppError: vm/did-not-reboot {"waitedMs":60500}')
})

test('when nobody listened all the time, whether it rebooted is unknown', async () => {
  const { clock, guest } = reboot('unheard')
  await clock.advance(deadlineMs + 1_000)
  expect(guest.outcome).toBe('AppError: vm/reboot-unknown {}')
})
