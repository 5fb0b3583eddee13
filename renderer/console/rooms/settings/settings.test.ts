import { expect, test } from 'vitest'
import { rolesInConflict } from '#contract/roles.ts'
import type { HostAddress, Probe, ProbeStep } from '#contract/hosts.ts'
import { keyCommand } from './key-command.ts'
import { newPassword } from './new-password.ts'
import { ended, fingerprintOf, heard, isSameAddress, noProbe, startProbe, stoppedAt } from './probe.ts'
import { roleChoices, toggleRole } from './role-choice.ts'
import { tabsFor } from './tabs.ts'

test('an exclusive role that is held closes the other two and nothing else', () => {
  const closed = roleChoices(['operator', 'auditor']).filter(choice => choice.heldInstead)
  expect(closed.map(({ role, heldInstead }) => [role, heldInstead])).toEqual([
    ['system-administrator', 'auditor'],
    ['security-administrator', 'auditor'],
  ])
})

test('choosing only what is open never brings roles into conflict', () => {
  for (const first of roleChoices([])) {
    const chosen = toggleRole([], first.role)
    for (const choice of roleChoices(chosen)) {
      if (!choice.heldInstead) expect(rolesInConflict(toggleRole(chosen, choice.role))).toEqual([])
    }
  }
})

test('a role is put in and taken out again, in the order of the contract', () => {
  expect(toggleRole(['leader'], 'operator')).toEqual(['operator', 'leader'])
  expect(toggleRole(['operator', 'leader'], 'operator')).toEqual(['leader'])
})

test('everybody sees the tabs that they have a use for, an approver none', () => {
  expect(tabsFor(['system-administrator'])).toEqual(['hosts', 'platforms', 'site'])
  expect(tabsFor(['operator'])).toEqual(['hosts'])
  expect(tabsFor(['security-administrator'])).toEqual(['people'])
  expect(tabsFor(['approver', 'leader'])).toEqual([])
})

test('a password has four groups of letters that are not mistaken, and no byte is favoured', () => {
  const all = newPassword(bytes => bytes.map((_, i) => i * 7))
  expect(all).toMatch(/^[a-zA-Z2-9]{4}(-[a-zA-Z2-9]{4}){3}$/)
  expect(all).not.toMatch(/[lIO01o]/)
  let round = 0
  const late = newPassword(bytes => bytes.fill(round++ === 0 ? 255 : 0))
  expect(late).toBe('aaaa-aaaa-aaaa-aaaa')
})

const address: HostAddress = { address: '10.0.0.1', port: 22, user: 'root', credential: { kind: 'site-key' } }
const names = ['name', 'tcp', 'host-key', 'authentication', 'socket', 'libvirt'] as const
const probe = (states: readonly ProbeStep['state'][], isDone = true): Probe => ({
  steps: names.map((step, i) => ({ step, state: states[i] ?? 'waiting', tookMs: null, found: null, fault: null })),
  isDone,
  fingerprint: 'SHA256:abc',
  facts: null,
})

test('an unknown key asks; nothing is trusted before it is confirmed', () => {
  const asks = heard(startProbe(address, null), probe(['ok', 'ok', 'asks']))
  expect(asks.phase).toBe('asks')
  expect(stoppedAt(asks)?.step).toBe('host-key')
  expect(fingerprintOf(asks)).toBeNull()
})

test('only a test that passed every step gives a fingerprint to record', () => {
  const running = heard(startProbe(address, null), probe(['ok', 'ok', 'ok'], false))
  expect(running.phase).toBe('running')
  const failed = heard(running, probe(['ok', 'ok', 'ok', 'failed']))
  expect([failed.phase, stoppedAt(failed)?.step, fingerprintOf(failed)]).toEqual(['failed', 'authentication', null])
  const passed = heard(running, probe(['ok', 'ok', 'ok', 'ok', 'ok', 'ok']))
  expect([passed.phase, fingerprintOf(passed)]).toEqual(['passed', 'SHA256:abc'])
})

test('a stream that ends without a result is broken, one that ends after it is not', () => {
  expect(ended(startProbe(address, null), null).phase).toBe('broken')
  expect(ended({ ...noProbe, phase: 'passed' }, null).phase).toBe('passed')
})

test('a changed address, user or secret is another address', () => {
  expect(isSameAddress(address, { ...address, address: ' 10.0.0.1 ' })).toBe(true)
  expect(isSameAddress(address, { ...address, user: 'admin' })).toBe(false)
  expect(isSameAddress(address, { ...address, credential: { kind: 'agent' } })).toBe(false)
  expect(isSameAddress(null, address)).toBe(false)
})

test('the command that shows a fingerprint names the file of the key that the host offered', () => {
  expect(keyCommand('ssh-ed25519')).toBe('ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub')
  expect(keyCommand('rsa-sha2-512')).toContain('_rsa_')
  expect(keyCommand('ssh-rsa')).toContain('_rsa_')
  expect(keyCommand('ecdsa-sha2-nistp256')).toContain('_ecdsa_')
})
