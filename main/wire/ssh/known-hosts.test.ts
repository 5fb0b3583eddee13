import { expect, test } from 'vitest'
import { pinnedKeys, readHostKey, type HostKey } from './host-key.ts'
import { knownKeysOf, parseKnownHosts } from './known-hosts.ts'

// Made and hashed by ssh-keygen 9.2, with the fingerprints that it printed.
const ED25519 = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMqAlM2Ta7SAB8eC67ULuckT1aKUrNksV9qwlVwarOVd'
const ED25519_PRINT = 'SHA256:hcLWhJlL8mbYnOyVkugb5JE8v6d5p3vEsyesBeWkgI8'
const ECDSA =
  'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBGQUMPxPE1ZZV6UG0pQHXO9EJ8C9ewqTozpxyX2Y1iBsXyD26n506OdSL8EuCMf+r6EKjez89VNYZpllz36Pr5c='
const ECDSA_PRINT = 'SHA256:bZ4T1cPoEwWwb4lfUKiUn7M82k4hHeeu+9lZDFwHp78'
const HASHED = `|1|IvHAxKZhAC2w3yVykiLKMlCJrRg=|PTir4ix3Abyb43Y90XhtC2mVQgQ= ${ED25519}
|1|yF59v1AkWLcEWKax4+kWP0DWDrs=|8f/wVAaTSIq8CgyFNCRcI5EI6JA= ${ECDSA}`

const keyOf = (line: string): HostKey => readHostKey(Buffer.from(line.split(' ')[1] ?? '', 'base64'))
const printsFor = (text: string, host: string, port = 22): string[] =>
  knownKeysOf(parseKnownHosts(text), host, port).trusted.map(key => key.fingerprint)
const verdictFor = (text: string, offered: string) => {
  const { trusted, revoked } = knownKeysOf(parseKnownHosts(text), 'node1.example', 22)
  const prints = (keys: typeof trusted) => keys.map(key => key.fingerprint)
  return pinnedKeys(prints(trusted), prints(revoked))(keyOf(offered))
}

test('fingerprints are those that ssh-keygen prints', () => {
  expect(keyOf(ED25519)).toMatchObject({ algorithm: 'ssh-ed25519', fingerprint: ED25519_PRINT })
  expect(keyOf(ECDSA)).toMatchObject({ algorithm: 'ecdsa-sha2-nistp256', fingerprint: ECDSA_PRINT })
})

test.each([[[]], [[0, 0, 0, 9, 115]], [[255, 255, 255, 255, 1]], [[0, 0, 0, 0]]])(
  'bytes that hold no key type are refused: %j',
  bytes => {
    expect(() => readHostKey(Uint8Array.from(bytes))).toThrow(RangeError)
  },
)

test('a plain name is found, whatever its case', () => {
  expect(printsFor(`node1.example,10.0.0.1 ${ED25519} comment here`, 'Node1.Example')).toEqual([ED25519_PRINT])
  expect(printsFor(`node1.example,10.0.0.1 ${ED25519}`, '10.0.0.1')).toEqual([ED25519_PRINT])
  expect(printsFor(`node1.example ${ED25519}`, 'node2.example')).toEqual([])
})

test('hashed names are found, and only by the right name', () => {
  expect(printsFor(HASHED, 'node1.example')).toEqual([ED25519_PRINT])
  expect(printsFor(HASHED, 'node1.example', 2222)).toEqual([ECDSA_PRINT])
  expect(printsFor(HASHED, 'node2.example')).toEqual([])
})

test('another port than 22 is part of the name', () => {
  const text = `[node1.example]:2222 ${ED25519}\nnode1.example ${ECDSA}`
  expect(printsFor(text, 'node1.example', 2222)).toEqual([ED25519_PRINT])
  expect(printsFor(text, 'node1.example')).toEqual([ECDSA_PRINT])
  expect(printsFor(text, 'node1.example', 2223)).toEqual([])
})

test('patterns match, and a negated one takes its line out', () => {
  const text = `*.example,!bad.example ${ED25519}\nnode?.test ${ECDSA}`
  expect(printsFor(text, 'node1.example')).toEqual([ED25519_PRINT])
  expect(printsFor(text, 'bad.example')).toEqual([])
  expect(printsFor(text, 'node1.test')).toEqual([ECDSA_PRINT])
  expect(printsFor(text, 'node10.test')).toEqual([])
})

test('a pattern full of stars is matched without going through every way to match it', () => {
  const startedAt = performance.now()
  expect(printsFor(`${'*a'.repeat(400)}b ${ED25519}`, 'a'.repeat(1000))).toEqual([])
  expect(performance.now() - startedAt).toBeLessThan(5_000)
})

test('a known key is accepted, an unknown and a changed one are told apart', async () => {
  expect(await verdictFor(`node1.example ${ED25519}`, ED25519)).toBe('accept')
  expect(await verdictFor(`other.example ${ED25519}`, ED25519)).toEqual({ refuse: 'unknown', expected: [] })
  expect(await verdictFor(`node1.example ${ED25519}`, ECDSA)).toEqual({ refuse: 'changed', expected: [ED25519_PRINT] })
})

test('a revoked key is refused even where another line trusts it', async () => {
  const text = `@revoked * ${ED25519}\nnode1.example ${ED25519}\nnode1.example ${ECDSA}`
  expect(await verdictFor(text, ED25519)).toEqual({ refuse: 'revoked', expected: [ECDSA_PRINT] })
  expect(await verdictFor(text, ECDSA)).toBe('accept')
})

test('the key of a certificate authority is noticed and does not speak for a host', async () => {
  const text = `@cert-authority *.example ${ED25519}`
  expect(parseKnownHosts(text).entries).toMatchObject([{ marker: 'cert-authority' }])
  expect(await verdictFor(text, ED25519)).toEqual({ refuse: 'unknown', expected: [] })
})

test('lines that cannot be read are reported by number and spoil no other', () => {
  const text = [
    '# comment',
    '',
    'node1.example',
    `@stray node1.example ${ED25519}`,
    `node1.example ssh-rsa ${ED25519.split(' ')[1]}`,
    'node1.example ssh-ed25519 !!!',
    `|1|broken ${ED25519}`,
    `node1.example ${ED25519}\r`,
  ].join('\n')
  const { entries, problems } = parseKnownHosts(text)
  expect(entries).toMatchObject([{ names: ['node1.example'], fingerprint: ED25519_PRINT }])
  expect(problems).toEqual([
    { line: 3, why: 'fields' },
    { line: 4, why: 'fields' },
    { line: 5, why: 'key' },
    { line: 6, why: 'key' },
    { line: 7, why: 'hash' },
  ])
})
