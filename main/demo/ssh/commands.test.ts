import { expect, test } from 'vitest'
import { SimulatedHost } from '#demo/host/host.ts'
import { planCentre, type HostPlan } from '#demo/plan/centre.ts'
import { systemClock } from '#lib/clock.ts'
import { runCommand } from './commands.ts'
import { hostKeyOf } from './keys.ts'

const at = Date.UTC(2026, 2, 11, 2)
const plans = planCentre(1, 8)
const hostOf = (plan: HostPlan | undefined) => new SimulatedHost(plan as HostPlan, { ...systemClock, now: () => at })
const host = hostOf(plans[0])
const old = hostOf(plans.find(({ model }) => !model.hasPowerMeter))

test.each([
  ['true', 0, ''],
  ['date +%s.%N', 0, '1773194400.000000000\n'],
  ['uname -m', 0, 'x86_64\n'],
  ['hostname', 0, `${host.plan.name}\n`],
  ['test -S /run/libvirt/libvirt-sock && echo yes', 0, 'yes\n'],
  ['test -S /run/libvirt/virtqemud-sock && echo yes', 1, ''],
  ['[ -S /run/libvirt/virtqemud-sock ] || echo no', 0, 'no\n'],
  ['ls /run/libvirt', 0, 'libvirt-sock\nlibvirt-sock-ro\n'],
  ['command -v nc', 0, '/usr/bin/nc\n'],
  ['command -v dmidecode', 1, ''],
])('answers %s', (command, code, stdout) => {
  expect(runCommand(command, host)).toMatchObject({ kind: 'done', code, stdout })
})

test('does not know what is not installed', () => {
  expect(runCommand('dmidecode -t 1', host)).toEqual({
    kind: 'done',
    code: 127,
    stdout: '',
    stderr: 'sh: 1: dmidecode: not found\n',
  })
})

test('reads power where the board has a meter, and says so where it has none', () => {
  const reading = runCommand('ipmitool dcmi power reading', host)
  expect(reading).toMatchObject({ kind: 'done', code: 0 })
  expect(reading.kind === 'done' && reading.stdout).toMatch(/Instantaneous power reading: +\d+ Watts/)
  expect(runCommand('ipmitool dcmi power reading', old)).toMatchObject({ kind: 'done', code: 1, stdout: '' })
})

test.each([
  ['nc -U /run/libvirt/libvirt-sock', false],
  ['nc -U /run/libvirt/libvirt-sock-ro', true],
  ['virt-ssh-helper qemu:///system', false],
  [
    `sh -c 'if '"'"'which'"'"' virt-ssh-helper >/dev/null 2>&1; then virt-ssh-helper '"'"'qemu:///system'"'"'; else nc -U /var/run/libvirt/libvirt-sock; fi'`,
    false,
  ],
])('becomes libvirt’s socket for %s', (command, isReadOnly) => {
  expect(runCommand(command, host)).toEqual({ kind: 'socket', isReadOnly })
})

test('has no other sockets behind nc', () => {
  expect(runCommand('nc -U /run/libvirt/virtqemud-sock', host)).toMatchObject({ kind: 'done', code: 1 })
})

test('keeps a host’s key from start to start, and none of two hosts', () => {
  expect(hostKeyOf('a').publicKey).toBe(hostKeyOf('a').publicKey)
  expect(hostKeyOf('a').fingerprint).not.toBe(hostKeyOf('b').fingerprint)
})
