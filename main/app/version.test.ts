import { expect, test } from 'vitest'
import { z } from 'zod'
import { command, query, stream } from '#contract/define.ts'
import { contract } from '#contract/index.ts'
import { coreVersion, digestOf } from './version.ts'

const base = {
  summary: 'x',
  roles: 'everyone',
  scope: 'centre',
  input: z.object({}),
  output: z.object({ a: z.string() }),
} as const
const digest = digestOf({ room: { entry: query(base) } })

test('the digest of the contract is the same every time, and sixteen hexadecimal digits', () => {
  expect(digestOf(contract)).toBe(coreVersion.contract)
  expect(coreVersion.contract).toMatch(/^[0-9a-f]{16}$/)
})

test.each([
  ['the room', { other: { entry: query(base) } }],
  ['the name', { room: { other: query(base) } }],
  ['the kind', { room: { entry: command(base) } }],
  ['the roles', { room: { entry: query({ ...base, roles: ['operator'] }) } }],
  ['the scope', { room: { entry: query({ ...base, scope: 'own-department' }) } }],
  ['the input', { room: { entry: query({ ...base, input: z.object({ b: z.string() }) }) } }],
  ['the output', { room: { entry: query({ ...base, output: z.object({ a: z.number() }) }) } }],
  ['the failures', { room: { entry: query({ ...base, errors: ['host/silent'] }) } }],
])('another %s gives another digest', (_, rooms) => expect(digestOf(rooms)).not.toBe(digest))

test('another message of a stream gives another digest', () => {
  const other = { ...base, output: z.object({ a: z.number() }) }
  expect(digestOf({ room: { entry: stream(base) } })).not.toBe(digestOf({ room: { entry: stream(other) } }))
})
