import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { seal, unseal } from './seal.ts'

const key = randomBytes(32)

test('what is sealed opens with the same key and context', () => {
  expect(unseal(key, seal(key, '口令 secret', 'host-1'), 'host-1')).toBe('口令 secret')
  expect(unseal(key, seal(key, '', 'host-1'), 'host-1')).toBe('')
})

test('the same text never gives the same seal', () => expect(seal(key, 'x', 'y')).not.toBe(seal(key, 'x', 'y')))

test('another key or another context opens nothing', () => {
  const sealed = seal(key, 'secret', 'host-1')
  expect(() => unseal(randomBytes(32), sealed, 'host-1')).toThrow()
  expect(() => unseal(key, sealed, 'host-2')).toThrow()
})

test('a change of any byte is noticed, and so is a cut at any byte', () => {
  const sealed = Buffer.from(seal(key, 'secret', 'host-1'), 'base64')
  for (let at = 0; at < sealed.byteLength; at++) {
    const changed = Buffer.from(sealed)
    changed[at] = (changed[at] ?? 0) ^ 1
    expect(() => unseal(key, changed.toString('base64'), 'host-1'), `byte ${at}`).toThrow()
    expect(() => unseal(key, sealed.subarray(0, at).toString('base64'), 'host-1'), `cut ${at}`).toThrow()
  }
})
