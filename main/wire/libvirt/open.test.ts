import { duplexPair } from 'node:stream'
import { expect, onTestFinished, test } from 'vitest'
import { LibvirtError, openLibvirt, typedParam, type LibvirtOptions } from './index.ts'
import { Daemon, Refusal, connected, held, type Handlers } from './testing/daemon.ts'

const options: LibvirtOptions = { uri: 'qemu:///system', keepalive: false }

function pair(handlers: Handlers) {
  const [near, far] = duplexPair()
  return { near, daemon: new Daemon(far, handlers) }
}

async function open(handlers: Handlers = {}) {
  const both = await connected(handlers)
  onTestFinished(() => both.libvirt.close())
  return both
}

const needsAuthentication = (code: number) => {
  let isAuthenticated = false
  return {
    authPolkit: () => ((isAuthenticated = true), { complete: 1 }),
    connectOpen: () => {
      if (!isAuthenticated) throw new Refusal({ code, domain: 7, message: 'authentication required' })
      return {}
    },
  }
}

test('where no authentication is wanted, everything leaves in one write', async () => {
  const { near, daemon } = pair({})
  const libvirt = await openLibvirt(near, options)
  onTestFinished(() => libvirt.close())
  expect(daemon.calls).toEqual(['authList', 'connectOpen'])
  expect(daemon.chunkFrames).toEqual([2])
})

test('read-only and the URI reach the daemon', async () => {
  const opened: unknown[] = []
  const { near } = pair({ connectOpen: args => (opened.push(args), {}) })
  const libvirt = await openLibvirt(near, { ...options, readOnly: true })
  onTestFinished(() => libvirt.close())
  expect(opened).toEqual([{ name: 'qemu:///system', flags: 1 }])
})

test.each([45, 39])('a daemon that wants polkit first, and says so with code %d, is asked in turn', async code => {
  const { near, daemon } = pair({ authList: () => ({ types: [2] }), ...needsAuthentication(code) })
  const libvirt = await openLibvirt(near, options)
  onTestFinished(() => libvirt.close())
  expect(daemon.calls).toEqual(['authList', 'connectOpen', 'authPolkit', 'connectOpen'])
})

test('a daemon that lets root in without polkit, once asked, is asked again', async () => {
  let isListed = false
  const { near, daemon } = pair({
    authList: () => ((isListed = true), { types: [0] }),
    connectOpen: () => {
      if (isListed && daemon.callsOf('connectOpen').length > 1) return {}
      throw new Refusal({ code: 45, domain: 7, message: 'authentication required' })
    },
  })
  const libvirt = await openLibvirt(near, options)
  onTestFinished(() => libvirt.close())
  expect(daemon.calls).toEqual(['authList', 'connectOpen', 'connectOpen'])
})

test('a daemon that offers only SASL is left with a clear error', async () => {
  const { near, daemon } = pair({ authList: () => ({ types: [1] }), ...needsAuthentication(45) })
  await expect(openLibvirt(near, options)).rejects.toMatchObject({ reason: 'authentication', message: /only SASL/ })
  expect(near.destroyed).toBe(true)
  expect(daemon.callsOf('connectOpen')).toHaveLength(1)
})

test('polkit that says no is told in the words of the daemon', async () => {
  const { near } = pair({
    authList: () => ({ types: [2] }),
    ...needsAuthentication(45),
    authPolkit: () => {
      throw new Refusal({ code: 45, domain: 60, message: 'access denied by policy' })
    },
  })
  const error: unknown = await openLibvirt(near, options).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(LibvirtError)
  expect(error).toMatchObject({ code: 45, domain: 60, message: 'access denied by policy' })
  expect(near.destroyed).toBe(true)
})

test('a driver that does not open is told in its own words, and not tried twice', async () => {
  const { near, daemon } = pair({
    connectOpen: () => {
      throw new Refusal({ code: 3, domain: 0, message: 'no connection driver available' })
    },
  })
  await expect(openLibvirt(near, options)).rejects.toMatchObject({ code: 3 })
  expect(daemon.callsOf('connectOpen')).toHaveLength(1)
})

test('an opening that hangs ends at its deadline or with its signal, and closes the byte stream', async () => {
  const hanging: Handlers = { connectOpen: () => held<object>().promise }
  const late = pair(hanging)
  await expect(openLibvirt(late.near, { ...options, callTimeoutMs: 20 })).rejects.toMatchObject({ reason: 'deadline' })
  expect(late.near.destroyed).toBe(true)
  const aborted = pair(hanging)
  const controller = new AbortController()
  const opening = openLibvirt(aborted.near, { ...options, signal: controller.signal })
  controller.abort(new Error('not now'))
  await expect(opening).rejects.toThrow('not now')
  expect(aborted.near.destroyed).toBe(true)
})

test('a byte stream that is gone already is told at once', async () => {
  const [near] = duplexPair()
  near.destroy()
  await expect(openLibvirt(near, options)).rejects.toMatchObject({ reason: 'lost' })
})

test('a signal closes an open connection', async () => {
  const controller = new AbortController()
  const { near } = pair({})
  const libvirt = await openLibvirt(near, { ...options, signal: controller.signal })
  controller.abort()
  expect((await libvirt.closed).reason).toBe('closed')
})

test.each([
  'domainOpenGraphics',
  'domainOpenGraphicsFd',
  'domainCreateWithFiles',
  'domainFdAssociate',
  'qemuDomainMonitorCommandWithFiles',
  'toString',
])('%s cannot be called, whatever the types are told', async name => {
  const { libvirt, daemon } = await open()
  await expect(libvirt.call(name as never, {} as never)).rejects.toMatchObject({ reason: 'refused' })
  await expect(libvirt.stream(name as never, {} as never)).rejects.toMatchObject({ reason: 'refused' })
  expect(daemon.calls).toEqual(['authList', 'connectOpen'])
})

test('strings in typed parameters are sent only to a daemon that knows them', async () => {
  const identify = (supported: number) => ({
    connectSupportsFeature: () => ({ supported }),
    connectSetIdentity: () => ({}),
  })
  const params = [typedParam.string('user-name', 'x')]
  const old = await open(identify(0))
  await expect(old.libvirt.call('connectSetIdentity', { params })).rejects.toMatchObject({ reason: 'unsupported' })
  expect(old.daemon.callsOf('connectSetIdentity')).toHaveLength(0)
  await expect(old.libvirt.call('connectSetIdentity', { params: [typedParam.int('x', 1)] })).resolves.toEqual({})
  const young = await open(identify(1))
  await expect(young.libvirt.call('connectSetIdentity', { params })).resolves.toEqual({})
})

test.each([
  [1, { command: 4, section: 9 }],
  [0, { command: 9, section: 4 }],
])('a network is updated in the order that the daemon reads (feature %d)', async (supported, expected) => {
  const updates: unknown[] = []
  const { libvirt } = await open({
    connectSupportsFeature: () => ({ supported }),
    networkUpdate: args => (updates.push(args), {}),
  })
  const net = { name: 'default', uuid: '6695eb01-f6a4-8304-79aa-97f2502e193f' }
  await libvirt.call('networkUpdate', { net, command: 4, section: 9, parentIndex: -1, xml: '<dns/>' })
  expect(updates).toMatchObject([expected])
})

test('statistics come as maps, straight from the bytes', async () => {
  const dom = { name: 'web', uuid: '6695eb01-f6a4-8304-79aa-97f2502e193f', id: 3 }
  const params = [
    typedParam.int('state.state', 1),
    typedParam.ullong('cpu.time', 5n),
    typedParam.string('block.0.name', 'vda'),
  ]
  const asked: unknown[] = []
  const { libvirt } = await open({
    connectGetAllDomainStats: args => (asked.push(args), { retStats: [{ dom, params }] }),
  })
  const stats = await libvirt.getAllDomainStats({ stats: 3, flags: 1 })
  expect(asked).toEqual([{ doms: [], stats: 3, flags: 1 }])
  expect(stats).toEqual([
    { domain: dom, params: new Map<string, unknown>(params.map(({ name, value }) => [name, value])) },
  ])
})
