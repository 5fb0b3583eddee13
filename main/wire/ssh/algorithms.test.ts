import { expect, test } from 'vitest'
import { offeredAlgorithms } from './algorithms.ts'

test('nothing old is offered: no SHA-1, CBC, RC4, DSA, MD5, small group or compression', () => {
  const offered = Object.values(offeredAlgorithms()).flat() as string[]
  const old = /sha1(-|$)|-cbc|arcfour|ssh-dss|ssh-rsa|md5|group1-|3des|blowfish|ripemd|zlib|-96/
  expect(offered.filter(name => old.test(name))).toEqual([])
})

test('the first choices run in native code', () => {
  const { kex, cipher, serverHostKey } = offeredAlgorithms()
  expect([kex[0], cipher[0], serverHostKey[0]]).toEqual(['curve25519-sha256', 'aes128-gcm@openssh.com', 'ssh-ed25519'])
})

test('host keys of a type on file are asked for first, and no type is lost', () => {
  const usual = offeredAlgorithms().serverHostKey
  const withRsa = offeredAlgorithms(['ssh-rsa']).serverHostKey
  expect(withRsa.slice(0, 3)).toEqual(['rsa-sha2-512', 'rsa-sha2-256', 'ssh-ed25519'])
  expect([...withRsa].sort()).toEqual([...usual].sort())
  const withoutEd25519 = offeredAlgorithms(['ssh-ed25519'], ['ssh-ed25519']).serverHostKey
  expect(withoutEd25519).toEqual([...usual.slice(1), 'ssh-ed25519'])
})
