import { duplexPair } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { LibvirtError, TransportError, openLibvirt, serverCodec } from './index.ts'
import { Daemon, Refusal, connected, held, type Handlers } from './testing/daemon.ts'

const { encodeFrame, encodeResult, frameType, header } = serverCodec
const hostname = (name: string) => ({ hostname: name })

async function open(handlers: Handlers = {}, options: Parameters<typeof connected>[1] = {}) {
  const both = await connected(handlers, options)
  onTestFinished(() => both.libvirt.close())
  return both
}

/** The reason of the TransportError that a promise rejects with. */
async function reasonOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => 'resolved',
    (reason: unknown) => reason,
  )
  return error instanceof TransportError ? error.reason : String(error)
}

test('answers that come in another order reach their own callers', async () => {
  const waiting = [held<{ xml: string }>(), held<{ xml: string }>(), held<{ xml: string }>()]
  const { libvirt } = await open({ domainGetXmlDesc: ({ dom }) => waiting[dom.id]!.promise })
  const answers = waiting.map((_, id) =>
    libvirt.call('domainGetXmlDesc', { dom: { name: 'a', uuid: '6695eb01-f6a4-8304-79aa-97f2502e193f', id } }),
  )
  for (const id of [2, 0, 1]) waiting[id]!.resolve({ xml: `<${id}/>` })
  expect((await Promise.all(answers)).map(({ xml }) => xml)).toEqual(['<0/>', '<1/>', '<2/>'])
})

test('an error of the daemon arrives with its code, domain, words and numbers', async () => {
  const refusal = {
    code: 42,
    domain: 10,
    message: 'Domain not found',
    level: 2,
    str1: 'x',
    str2: 'y',
    str3: 'z',
    int1: 5,
    int2: -6,
  }
  const { libvirt } = await open({
    domainLookupByName: () => {
      throw new Refusal(refusal)
    },
  })
  const error: unknown = await libvirt.call('domainLookupByName', { name: 'nobody' }).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(LibvirtError)
  expect(error).toMatchObject({ ...refusal, procedure: 'domainLookupByName' })
  await expect(libvirt.call('connectOpen', { name: null })).resolves.toEqual({})
})

test('an error of endless words is cut to what a person can read', async () => {
  const { libvirt } = await open({
    domainLookupByName: () => {
      throw new Refusal({ code: 1, domain: 10, message: 'x'.repeat(4_000_000) })
    },
  })
  const error: unknown = await libvirt.call('domainLookupByName', { name: 'a' }).catch((reason: unknown) => reason)
  expect(error).toMatchObject({ message: 'x'.repeat(2_000) })
})

test('no more calls are under way than agreed, and the others keep their order', async () => {
  const gates: ReturnType<typeof held<{ uri: string }>>[] = []
  const { libvirt, daemon } = await open(
    { connectGetUri: () => (gates.push(held()), gates.at(-1)!.promise) },
    { maxInFlight: 3 },
  )
  const answers = Array.from({ length: 7 }, () => libvirt.call('connectGetUri', {}))
  await daemon.until(() => gates.length === 3)
  await sleep(20)
  expect(gates).toHaveLength(3)
  for (let i = 0; i < 7; i++) {
    await daemon.until(() => gates.length > i)
    gates[i]!.resolve({ uri: String(i) })
  }
  expect((await Promise.all(answers)).map(({ uri }) => uri)).toEqual(['0', '1', '2', '3', '4', '5', '6'])
})

test('by default one of the five places of the daemon stays free for its pings', async () => {
  const { libvirt, daemon } = await open({ connectGetUri: () => held<{ uri: string }>().promise })
  const answers = Array.from({ length: 9 }, () => reasonOf(libvirt.call('connectGetUri', {})))
  await sleep(20)
  expect(daemon.callsOf('connectGetUri')).toHaveLength(4)
  await libvirt.close()
  expect(new Set(await Promise.all(answers))).toEqual(new Set(['closed']))
})

test('a call beyond the bound of the queue is refused at once and never sent', async () => {
  const { libvirt, daemon } = await open(
    { connectGetUri: () => held<{ uri: string }>().promise },
    { maxInFlight: 1, maxQueued: 2 },
  )
  const answers = [1, 2, 3].map(() => reasonOf(libvirt.call('connectGetUri', {})))
  expect(await reasonOf(libvirt.call('connectGetHostname', {}))).toBe('queue-full')
  await libvirt.close()
  await Promise.all(answers)
  expect(daemon.callsOf('connectGetHostname')).toHaveLength(0)
})

test('a call past its deadline fails alone: the connection lives and the late answer harms nobody', async () => {
  const gate = held<{ uri: string }>()
  const { libvirt } = await open({ connectGetUri: () => gate.promise, connectGetHostname: () => hostname('hv01') })
  expect(await reasonOf(libvirt.call('connectGetUri', {}, { timeoutMs: 20 }))).toBe('deadline')
  expect(await libvirt.call('connectGetHostname', {})).toEqual(hostname('hv01'))
  gate.resolve({ uri: 'late' })
  expect(await libvirt.call('connectGetHostname', {})).toEqual(hostname('hv01'))
})

test('time in the queue counts towards the deadline, and such a call is never sent', async () => {
  const { libvirt, daemon } = await open({ connectGetUri: () => held<{ uri: string }>().promise }, { maxInFlight: 1 })
  const first = reasonOf(libvirt.call('connectGetUri', {}))
  expect(await reasonOf(libvirt.call('connectGetHostname', {}, { timeoutMs: 20 }))).toBe('deadline')
  await libvirt.close()
  expect(await first).toBe('closed')
  expect(daemon.callsOf('connectGetHostname')).toHaveLength(0)
})

test('an abandoned call keeps its place until the daemon is done with it', async () => {
  const gate = held<{ uri: string }>()
  const { libvirt, daemon } = await open(
    { connectGetUri: () => gate.promise, connectGetHostname: () => hostname('hv01') },
    { maxInFlight: 1 },
  )
  expect(await reasonOf(libvirt.call('connectGetUri', {}, { timeoutMs: 10 }))).toBe('deadline')
  const next = libvirt.call('connectGetHostname', {})
  await sleep(20)
  expect(daemon.callsOf('connectGetHostname')).toHaveLength(0)
  gate.resolve({ uri: 'late' })
  expect(await next).toEqual(hostname('hv01'))
})

test('an aborted call fails with the reason of its signal, before and after it was sent', async () => {
  const { libvirt, daemon } = await open({ connectGetUri: () => held<{ uri: string }>().promise })
  const why = new Error('the page was left')
  await expect(libvirt.call('connectGetUri', {}, { signal: AbortSignal.abort(why) })).rejects.toBe(why)
  expect(daemon.callsOf('connectGetUri')).toHaveLength(0)
  const controller = new AbortController()
  const answer = libvirt.call('connectGetUri', {}, { signal: controller.signal })
  await daemon.until(() => daemon.callsOf('connectGetUri').length === 1)
  controller.abort(why)
  await expect(answer).rejects.toBe(why)
})

test('arguments that do not fit are refused without a word to the daemon', async () => {
  const { libvirt, daemon } = await open()
  await expect(libvirt.call('domainLookupById', { id: 0.5 })).rejects.toThrow(/no 32-bit integer/)
  expect(daemon.callsOf('domainLookupById')).toHaveLength(0)
})

test('a result that does not fit its layout fails that call alone', async () => {
  const { libvirt } = await open({
    connectGetHostname: () => hostname('hv01'),
    connectGetUri: () => held<{ uri: string }>().promise,
  })
  const { libvirt: other, daemon } = await open({
    connectGetUri: () => held<{ uri: string }>().promise,
    connectGetHostname: () => hostname('hv02'),
  })
  const answer = other.call('connectGetUri', {})
  await daemon.until(() => daemon.callsOf('connectGetUri').length === 1)
  const { serial, program } = daemon.callsOf('connectGetUri')[0]!
  daemon.send(encodeFrame(header(program, 110, frameType.reply, serial), Buffer.from('00000009', 'hex')))
  await expect(answer).rejects.toThrow(/12 bytes wanted, 0 left/)
  expect(await other.call('connectGetHostname', {})).toEqual(hostname('hv02'))
  expect(await libvirt.call('connectGetHostname', {})).toEqual(hostname('hv01'))
})

test.each([
  ['a length word no frame can have', Buffer.from('00000003', 'hex')],
  ['a frame with descriptors', encodeFrame(header(0x20008086, 343, frameType.replyWithFds, 1))],
  ['a call from the daemon', encodeFrame(header(0x20008086, 1, frameType.call, 1))],
  ['an answer that nobody waits for', encodeResult('connectGetHostname', 4_000, hostname('x'))],
])('%s ends the connection and wakes every waiter at once', async (_, bytes) => {
  const { libvirt, daemon } = await open({ connectGetUri: () => held<{ uri: string }>().promise })
  const answers = Array.from({ length: 12 }, () => reasonOf(libvirt.call('connectGetUri', {})))
  await daemon.until(() => daemon.callsOf('connectGetUri').length === 4)
  daemon.send(bytes)
  expect(await Promise.all(answers)).toEqual(new Array(12).fill('broken'))
  const reason = await libvirt.closed
  expect(reason.cause).toBeInstanceOf(Error)
  await daemon.until(() => true)
  expect(await reasonOf(libvirt.call('connectGetHostname', {}))).toBe('broken')
})

test('an answer of another procedure ends the connection', async () => {
  const { libvirt, daemon } = await open({ connectGetUri: () => held<{ uri: string }>().promise })
  const answer = reasonOf(libvirt.call('connectGetUri', {}))
  await daemon.until(() => daemon.callsOf('connectGetUri').length === 1)
  daemon.send(encodeResult('connectGetHostname', daemon.callsOf('connectGetUri')[0]!.serial, hostname('x')))
  await answer
  expect((await libvirt.closed).reason).toBe('broken')
})

test('a byte stream that ends or fails wakes every waiter with the cause', async () => {
  for (const [finish, why] of [
    [(daemon: Daemon) => daemon.socket.end(), undefined],
    [(daemon: Daemon) => daemon.socket.destroy(), undefined],
  ] as const) {
    const { libvirt, daemon } = await open({ connectGetUri: () => held<{ uri: string }>().promise })
    const answers = Array.from({ length: 6 }, () => reasonOf(libvirt.call('connectGetUri', {})))
    await daemon.until(() => daemon.callsOf('connectGetUri').length === 4)
    finish(daemon)
    expect(await Promise.all(answers)).toEqual(new Array(6).fill('lost'))
    expect((await libvirt.closed).cause).toBe(why)
  }
  const [near, far] = duplexPair()
  const libvirt = await (new Daemon(far), openLibvirt(near, { uri: 'test:///default', keepalive: false }))
  const broken = new Error('read ECONNRESET')
  near.destroy(broken)
  expect(await libvirt.closed).toMatchObject({ reason: 'lost', cause: broken })
})

test('closing wakes every waiter at once, says goodbye when the daemon is done with their calls, and leaves no timer', async () => {
  const timers = () => process.getActiveResourcesInfo().filter(kind => kind === 'Timeout').length
  const before = timers()
  const uri = held<{ uri: string }>()
  const { libvirt, daemon } = await connected(
    { connectGetUri: () => uri.promise },
    { keepalive: { intervalMs: 60_000, count: 5 } },
  )
  const answer = reasonOf(libvirt.call('connectGetUri', {}))
  await daemon.until(() => daemon.callsOf('connectGetUri').length === 1)
  let isGone = false
  const closing = libvirt.close().then(() => (isGone = true))
  expect(await answer).toBe('closed')
  expect((await libvirt.closed).reason).toBe('closed')
  expect(await reasonOf(libvirt.call('connectGetUri', {}))).toBe('closed')
  daemon.send(daemon.ping())
  await daemon.until(() => daemon.pongs === 1)
  expect([isGone, daemon.callsOf('connectClose').length]).toEqual([false, 0])
  uri.resolve({ uri: 'test:///default' })
  await closing
  expect(daemon.calls.slice(-2)).toEqual(['connectGetUri', 'connectClose'])
  expect(timers()).toBeLessThanOrEqual(before)
  await libvirt.close()
})

test('closing waits a second at most for a daemon that does not come to an end', async () => {
  const { libvirt, daemon } = await connected({ connectGetUri: () => held<{ uri: string }>().promise })
  void reasonOf(libvirt.call('connectGetUri', {}))
  await daemon.until(() => daemon.callsOf('connectGetUri').length === 1)
  await libvirt.close()
  expect(daemon.callsOf('connectClose')).toEqual([])
  expect(daemon.socket.readableEnded || daemon.socket.destroyed).toBe(true)
})

test('calls of one turn leave in one write', async () => {
  const { libvirt, daemon } = await open({ connectGetHostname: () => hostname('hv01') })
  daemon.chunkFrames.length = 0
  await Promise.all([1, 2, 3, 4].map(() => libvirt.call('connectGetHostname', {})))
  expect(daemon.chunkFrames).toEqual([4])
})
