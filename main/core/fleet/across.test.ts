import { expect, test } from 'vitest'
import { AppError } from '#contract/errors.ts'
import { HostId, VmId } from '#contract/ids.ts'
import { fleetOf, lost, vmOf } from './testing-scripted.ts'

test('a VM that runs on two hosts is an alarm once a poll had time to say otherwise', async () => {
  const { clock, scriptOf, fleet, close } = await fleetOf(['h', 'i'])
  scriptOf('i').vms = [vmOf('b')]
  await clock.advance(1_000)
  scriptOf('i').vms = [vmOf('a'), vmOf('b')]
  scriptOf('i').tell('a')
  await clock.advance(1_000)
  expect(fleet.alerts()).toEqual([])
  await clock.advance(15_000)
  expect(fleet.alerts()).toMatchObject([
    { severity: 'critical', since: Date.UTC(2025, 0, 1) + 1_100, fault: { code: 'alert/vms-run-twice' } },
  ])
  scriptOf('h').vms = []
  scriptOf('h').tell('a')
  await clock.advance(1_000)
  expect(fleet.alerts()).toEqual([])
  await close()
})

test('a machine that was added under two addresses is an alarm until one of them is removed', async () => {
  const { clock, scriptOf, fleet, close } = await fleetOf(['h', 'i'])
  scriptOf('h').machineUuid = scriptOf('i').machineUuid = 'm1'
  await clock.advance(1_000)
  expect(fleet.alerts()).toMatchObject([{ subject: 'I', fault: { code: 'alert/same-machine', data: { other: 'H' } } }])
  await fleet.remove(HostId.parse('h'))
  await clock.advance(1)
  expect(fleet.alerts()).toEqual([])
  await close()
})

test('a granted VM that somebody removed is missed; of a silent host none is', async () => {
  const granted = [{ vmId: VmId.parse('h.a'), name: 'a' }]
  const { clock, scriptOf, fleet, close } = await fleetOf(['h'], { granted })
  await clock.advance(1_000)
  expect(fleet.alerts()).toEqual([])
  scriptOf('h').vms = []
  await clock.advance(15_000)
  expect(fleet.alerts()).toMatchObject([{ subject: 'H', fault: { code: 'alert/vms-missing', data: { names: ['a'] } } }])
  scriptOf('h').refusal = new AppError('host/unreachable', { address: 'h', waitedMs: 5_000 })
  scriptOf('h').lose(lost('h'))
  await clock.advance(2_000)
  expect(fleet.alerts().map(alert => alert.fault.code)).toEqual(['host/unreachable'])
  await close()
})
