import { scryptSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { defaultCost, hashPassword, isPassword, isWeak } from './password.ts'

const cost = { N: 16, r: 1, p: 1 }

test('a hash is scrypt$N$r$p$salt$hash as scrypt itself computes it', async () => {
  const stored = await hashPassword('correct horse', cost)
  const [scheme, N, r, p, salt = '', hash] = stored.split('$')
  expect([scheme, N, r, p]).toEqual(['scrypt', '16', '1', '1'])
  expect(Buffer.from(salt, 'base64')).toHaveLength(16)
  expect(scryptSync('correct horse', Buffer.from(salt, 'base64'), 32, cost).toString('base64')).toBe(hash)
})

test('the cost that people get is 128 MiB of memory a guess', () => {
  expect(128 * defaultCost.N * defaultCost.r).toBe(128 * 1024 ** 2)
})

test('the default cost works within the limits of this runtime', async () => {
  expect(await isPassword('correct horse', await hashPassword('correct horse'))).toBe(true)
})

test('the same password never gives the same hash', async () => {
  expect(await hashPassword('correct horse', cost)).not.toBe(await hashPassword('correct horse', cost))
})

test('a stored hash of another cost is still checked', async () => {
  expect(await isPassword('correct horse', await hashPassword('correct horse', { N: 32, r: 2, p: 1 }))).toBe(true)
})

test('composed and decomposed letters are one password', async () => {
  expect(await isPassword('e\u0301tude sans fin', await hashPassword('\u00e9tude sans fin', cost))).toBe(true)
})

test.each([
  '',
  'scrypt',
  'bcrypt$16$1$1$AAAA$AAAA',
  'scrypt$16$1$1$$',
  'scrypt$16$1$1$AAAA$AAAA',
  `scrypt$16$1$1$$${'A'.repeat(43)}=`,
])('a stored hash %j that is none matches nothing', async stored =>
  expect(await isPassword('correct horse', stored)).toBe(false),
)

test.each([
  ['short-9', true],
  ['administrator', true],
  ['ADMINISTRATOR', true],
  ['aaaaaaaaaaaa', true],
  ['ababababab12', false],
  ['云龙云龙云龙云龙云龙', true],
])('%s as a password of administrator is weak: %s', (password, isTooWeak) =>
  expect(isWeak(password, 'administrator')).toBe(isTooWeak),
)
