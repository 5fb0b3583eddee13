import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { serverCodec, type Domain } from './index.ts'
import { Refusal, connected, held, type Handlers } from './testing/daemon.ts'

const { encodeEvent, encodeFrame, frameType, header } = serverCodec
const web: Domain = { name: 'web', uuid: '6695eb01-f6a4-8304-79aa-97f2502e193f', id: 1 }

/** Gives out callback ids from 1 and remembers what was registered and taken back. */
async function open(handlers: Handlers = {}) {
  const registered: unknown[] = []
  const deregistered: number[] = []
  const both = await connected({
    connectDomainEventCallbackRegisterAny: args => ({ callbackID: registered.push(args) }),
    connectDomainEventCallbackDeregisterAny: ({ callbackID }) => (deregistered.push(callbackID), {}),
    connectNetworkEventRegisterAny: () => ({ callbackID: 1 }),
    connectRegisterCloseCallback: () => ({}),
    ...handlers,
  })
  onTestFinished(() => both.libvirt.close())
  return { ...both, registered, deregistered }
}

const lifecycle = (callbackID: number, event: number) =>
  encodeEvent('domainLifecycle', { callbackID, dom: web, event, detail: 0 })

test('events reach the subscription whose callback id they carry, and only while it lives', async () => {
  const { libvirt, daemon, registered, deregistered } = await open()
  const heard: string[] = []
  const first = await libvirt.on('domainLifecycle', ({ event }) => heard.push(`all ${event}`))
  await libvirt.on('domainLifecycle', ({ event }) => heard.push(`web ${event}`), { object: web })
  expect(registered).toEqual([
    { eventID: 0, dom: null },
    { eventID: 0, dom: web },
  ])
  daemon.send(lifecycle(1, 2), lifecycle(2, 2), lifecycle(3, 9))
  await sleep(5)
  expect(heard).toEqual(['all 2', 'web 2'])
  const closing = first.close()
  daemon.send(lifecycle(1, 3), lifecycle(2, 3))
  await closing
  await sleep(5)
  expect(heard).toEqual(['all 2', 'web 2', 'web 3'])
  expect(deregistered).toEqual([1])
  await first.close()
  expect(deregistered).toEqual([1])
})

test('the same callback id of another kind of object is another subscription', async () => {
  const { libvirt, daemon } = await open()
  const heard: string[] = []
  await libvirt.on('domainLifecycle', ({ dom }) => heard.push(dom.name))
  await libvirt.on('networkLifecycle', ({ net }) => heard.push(net.name))
  const net = { name: 'default', uuid: web.uuid }
  daemon.send(encodeEvent('networkLifecycle', { callbackID: 1, net, event: 2, detail: 0 }), lifecycle(1, 2))
  await sleep(5)
  expect(heard).toEqual(['default', 'web'])
})

test('an event that overtakes the reply of its registration is not lost', async () => {
  const gate = held<{ callbackID: number }>()
  const { libvirt, daemon } = await open({ connectDomainEventCallbackRegisterAny: () => gate.promise })
  const heard: number[] = []
  const subscribing = libvirt.on('domainLifecycle', ({ event }) => heard.push(event))
  await daemon.until(() => daemon.callsOf('connectDomainEventCallbackRegisterAny').length === 1)
  daemon.send(lifecycle(8, 1), lifecycle(7, 2))
  await sleep(5)
  gate.resolve({ callbackID: 7 })
  await subscribing
  daemon.send(lifecycle(7, 3))
  await sleep(5)
  expect(heard).toEqual([2, 3])
})

test('the closing of the connection behind the daemon is an event without callback id', async () => {
  const { libvirt, daemon } = await open()
  const reasons: number[] = []
  await libvirt.on('connectionClosed', ({ reason }) => reasons.push(reason))
  daemon.send(encodeEvent('connectionClosed', { reason: 1 }))
  await sleep(5)
  expect(reasons).toEqual([1])
})

test('following a list loses nothing that happens between registering and listing', async () => {
  const { libvirt, daemon } = await open({
    connectListAllDomains: () => {
      daemon.send(lifecycle(1, 0), lifecycle(1, 2))
      return { domains: [web], ret: 1 }
    },
  })
  const told: unknown[] = []
  const following = await libvirt.follow({
    events: ['domainLifecycle', 'domainReboot'],
    list: () => libvirt.listDomains(),
    onList: listed => told.push(listed.map(({ name }) => name)),
    onEvent: (name, body) => told.push([name, 'event' in body ? body.event : null]),
  })
  expect(daemon.calls.indexOf('connectListAllDomains')).toBeGreaterThan(
    daemon.calls.lastIndexOf('connectDomainEventCallbackRegisterAny'),
  )
  daemon.send(encodeEvent('domainReboot', { callbackID: 2, dom: web }))
  await sleep(5)
  expect(told).toEqual([['web'], ['domainLifecycle', 0], ['domainLifecycle', 2], ['domainReboot', null]])
  await following.close()
})

test('a following that cannot list takes its registrations back', async () => {
  const { libvirt, deregistered } = await open({
    connectListAllDomains: () => {
      throw new Refusal({ code: 1, domain: 0, message: 'no' })
    },
  })
  const following = libvirt.follow({
    events: ['domainLifecycle'],
    list: () => libvirt.listDomains(),
    onList: () => undefined,
    onEvent: () => undefined,
  })
  await expect(following).rejects.toMatchObject({ code: 1 })
  expect(deregistered).toEqual([1])
})

test('a daemon without numbered callbacks is not subscribed to', async () => {
  const { libvirt, registered } = await open({ connectSupportsFeature: () => ({ supported: 0 }) })
  await expect(libvirt.on('domainLifecycle', () => undefined)).rejects.toMatchObject({ reason: 'unsupported' })
  expect(registered).toEqual([])
})

test('an event that cannot be read ends the connection, for it must not be missed in silence', async () => {
  const { libvirt, daemon } = await open()
  await libvirt.on('domainLifecycle', () => undefined)
  daemon.send(encodeFrame(header(0x20008086, 318, frameType.message, 0), Buffer.alloc(8)))
  expect((await libvirt.closed).reason).toBe('broken')
})

test('an event that is not known is passed over', async () => {
  const { libvirt, daemon } = await open()
  const heard: number[] = []
  await libvirt.on('domainLifecycle', ({ event }) => heard.push(event))
  daemon.send(encodeFrame(header(0x20008086, 9_999, frameType.message, 0), Buffer.alloc(4)), lifecycle(1, 6))
  await sleep(5)
  expect(heard).toEqual([6])
})

test('a subscription ends quietly with its connection', async () => {
  const { libvirt } = await open()
  const subscription = await libvirt.on('domainLifecycle', () => undefined)
  await libvirt.close()
  await subscription.close()
})
