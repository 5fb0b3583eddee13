import { expect, test } from 'vitest'
import { VmState } from '#contract/vms.ts'
import { actsFor, stateGroupOf, vmActions } from './vm-acts.ts'

test('offers nothing for a machine whose host is silent or that a job is changing', () => {
  for (const state of VmState.options) {
    expect(actsFor({ state, isKnown: false, jobId: null })).toEqual([])
    expect(actsFor({ state, isKnown: true, jobId: 'j' as never })).toEqual([])
  }
})

test('a machine whose guest is only waited for can be forced off, and nothing else', () => {
  const busy = { state: 'running', isKnown: true, jobId: 'j' as never } as const
  for (const kind of ['vm.shutdown', 'vm.reboot'] as const) expect(actsFor(busy, kind)).toEqual(['force-off'])
  for (const kind of ['vm.create', 'vm.start', 'vm.force-off'] as const) expect(actsFor(busy, kind)).toEqual([])
  expect(actsFor({ ...busy, isKnown: false }, 'vm.shutdown')).toEqual([])
})

test('offers every action in some state, and start only for what does not run', () => {
  const offered = new Set(VmState.options.flatMap(state => actsFor({ state, isKnown: true, jobId: null })))
  expect([...offered].sort()).toEqual([...vmActions].sort())
  expect(actsFor({ state: 'running', isKnown: true, jobId: null })).not.toContain('start')
  expect(actsFor({ state: 'shutoff', isKnown: true, jobId: null })).toEqual(['start'])
})

test('an unknown machine is never counted as off', () => {
  expect(stateGroupOf({ state: 'shutoff', isKnown: false })).toBe('unknown')
  expect(stateGroupOf({ state: 'shutoff', isKnown: true })).toBe('off')
})
