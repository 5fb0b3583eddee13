import { expect, test } from 'vitest'
import { AppError } from '#contract/errors.ts'
import { HostState } from '#contract/hosts.ts'
import { HostId } from '#contract/ids.ts'
import { eventOf, hostEvents, hostTable } from './state-table.ts'

const cells = HostState.options.flatMap(state =>
  hostEvents.map(event => [state, event, hostTable[state][event]] as const),
)

test('every event leads somewhere from every state', () => {
  expect(cells).toHaveLength(20)
  for (const [, , to] of cells) expect(HostState.options).toContain(to)
})

test('only an answer makes a host up', () => {
  expect(cells.filter(([from, , to]) => to === 'up' && from !== 'up').map(([, event]) => event)).toEqual([
    'answered',
    'answered',
  ])
})

test('a blocked host leaves that state by a person alone', () => {
  const ways = cells.filter(([from, , to]) => from === 'blocked' && to !== 'blocked')
  expect(ways.map(([, event]) => event)).toEqual(['asked', 'changed'])
})

test('another key blocks from every state', () => {
  expect(cells.filter(([, event]) => event === 'key-refused').every(([, , to]) => to === 'blocked')).toBe(true)
})

test('a host that fails is silent; one that was asked again stays silent until it answers', () => {
  expect([hostTable.up.failed, hostTable.connecting.failed, hostTable.silent.failed]).toEqual([
    'silent',
    'silent',
    'silent',
  ])
  expect(hostTable.silent.asked).toBe('silent')
})

test('a changed or unknown key is told apart from a failure', () => {
  const key = { expected: 'a', offered: 'b', algorithm: 'c' }
  expect(eventOf(new AppError('host/key-changed', key))).toBe('key-refused')
  expect(eventOf(new AppError('host/key-unknown', { fingerprint: 'a', algorithm: 'b' }))).toBe('key-refused')
  expect(eventOf(new AppError('host/lost', { hostId: HostId.parse('h') }))).toBe('failed')
})
