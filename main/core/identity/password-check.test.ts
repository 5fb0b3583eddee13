import { expect, test } from 'vitest'
import { manualClock } from '#lib/manual-clock.ts'
import { openPasswordCheck } from './password-check.ts'
import type { IdentityPorts } from './port.ts'

test('a crowd beyond what can be checked is refused, and that is no wrong try', async () => {
  const ports = { committer: { commit: () => Promise.resolve() } } as unknown as IdentityPorts
  const check = openPasswordCheck(ports, manualClock(), { N: 16, r: 1, p: 1 })
  const guess = (n: number) => check({ person: undefined, target: `stranger-${n}`, password: 'wrong' })
  const crowd = await Promise.allSettled(Array.from({ length: 40 }, (_, n) => guess(n)))
  const codes = crowd.map(each => (each.status === 'rejected' ? (each.reason as { code: string }).code : 'let in'))
  expect(codes).toEqual(codes.map((_, n) => (n < 30 ? 'session/wrong-password' : 'session/crowded')))
  await expect(guess(39)).rejects.toMatchObject({ code: 'session/wrong-password', data: { triesLeft: 4 } })
})
