import { generateKeyPairSync, verify } from 'node:crypto'
import { inspect } from 'node:util'
import ssh2 from 'ssh2'
import { expect, test } from 'vitest'
import { SshError } from './errors.ts'
import { generatePrivateKey, readPrivateKey, secretOf } from './private-key.ts'

const PASSPHRASE = 'correct horse battery'
const ed25519 = generateKeyPairSync('ed25519')
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
const encryption = { cipher: 'aes-256-cbc', passphrase: PASSPHRASE }
const pkcs8 = (pair: typeof rsa, options = {}): string =>
  pair.privateKey.export({ type: 'pkcs8', format: 'pem', ...options }).toString()
const openSshEncrypted = ssh2.utils.generateKeyPairSync('ed25519', {
  ...encryption,
  cipher: 'aes256-ctr',
  rounds: 4,
}).private

const failure = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    if (error instanceof SshError) return `${error.stage} ${error.reason}`
    throw error
  }
  return 'no failure'
}

test.each([
  ['PKCS#8 Ed25519', pkcs8(ed25519), 'ssh-ed25519'],
  ['PKCS#8 RSA', pkcs8(rsa), 'ssh-rsa'],
  ['PKCS#8 EC', pkcs8(ec), 'ecdsa-sha2-nistp256'],
  ['PKCS#1', rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(), 'ssh-rsa'],
  ['SEC 1', ec.privateKey.export({ type: 'sec1', format: 'pem' }).toString(), 'ecdsa-sha2-nistp256'],
  ['OpenSSH', generatePrivateKey('lab'), 'ssh-ed25519'],
])('reads a key in the form %s', (_form, text, algorithm) => {
  expect(readPrivateKey(text).algorithm).toBe(algorithm)
})

test.each([
  ['OpenSSH', openSshEncrypted],
  ['PKCS#8', pkcs8(ed25519, encryption)],
  ['PKCS#1', rsa.privateKey.export({ type: 'pkcs1', format: 'pem', ...encryption }).toString()],
])('an encrypted %s key asks for its passphrase, refuses a wrong one and opens with the right one', (_form, text) => {
  expect(failure(() => readPrivateKey(text))).toBe('auth passphrase-needed')
  expect(failure(() => readPrivateKey(text, 'wrong'))).toBe('auth passphrase-wrong')
  expect(readPrivateKey(text, PASSPHRASE).fingerprint).toMatch(/^SHA256:/)
})

test.each([
  ['nothing', ''],
  ['a public key', readPrivateKey(pkcs8(ed25519)).publicKey],
  ['other text', 'hello'],
])('%s is no private key', (_what, text) => {
  expect(failure(() => readPrivateKey(text))).toBe('auth key-unreadable')
})

test('an Ed25519 key that was rewritten for SSH signs as the original', () => {
  const data = Buffer.from('data')
  const signature = secretOf(readPrivateKey(pkcs8(ed25519))).sign(data)
  expect(verify(null, data, ed25519.publicKey, signature)).toBe(true)
})

test('an RSA key signs with SHA-2 and refuses SHA-1, also as a default', () => {
  const key = secretOf(readPrivateKey(pkcs8(rsa)))
  expect(verify('sha256', Buffer.from('data'), rsa.publicKey, key.sign('data', 'sha256'))).toBe(true)
  expect(key.sign('data', 'sha1')).toBeInstanceOf(Error)
  expect(key.sign('data')).toBeInstanceOf(Error)
})

test('a key shows its public half and nothing else', () => {
  const text = generatePrivateKey('lab')
  const key = readPrivateKey(text)
  const shown = inspect(key, { depth: null, showHidden: true }) + JSON.stringify(key)
  expect(key.publicKey).toMatch(/^ssh-ed25519 \S+ lab$/)
  for (const line of text.split('\n').slice(1, -2)) expect(shown).not.toContain(line)
  expect(shown).not.toMatch(/PRIVATE/)
})

test('two generated keys differ', () => {
  expect(readPrivateKey(generatePrivateKey('a')).fingerprint).not.toBe(
    readPrivateKey(generatePrivateKey('a')).fingerprint,
  )
})

test('the line for authorized_keys has a comment where the key has one, and no space at its end', () => {
  expect(readPrivateKey(generatePrivateKey('lab')).publicKey).toMatch(/^ssh-ed25519 \S+ lab$/)
  expect(readPrivateKey(pkcs8(ed25519)).publicKey).toMatch(/^ssh-ed25519 \S+$/)
})
