import { createHash, randomBytes } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { serverCodec, type Frame, type StorageVolume } from './index.ts'
import { Refusal, connected, type Daemon, type Handlers } from './testing/daemon.ts'

const { encodeError, encodeFrame, frameStatus, frameType, streamHeader } = serverCodec
const vol: StorageVolume = { pool: 'default', name: 'a.raw', key: '/a.raw' }
const dom = { name: 'web', uuid: '6695eb01-f6a4-8304-79aa-97f2502e193f', id: 1 }
const part = { vol, offset: 0n, length: 0n }

async function open(handlers: Handlers = {}) {
  const both = await connected({
    storageVolDownload: () => ({}),
    storageVolUpload: () => ({}),
    domainOpenConsole: () => ({}),
    domainScreenshot: () => ({ mime: 'image/png' }),
    connectGetHostname: () => ({ hostname: 'hv01' }),
    ...handlers,
  })
  onTestFinished(() => both.libvirt.close())
  return both
}

function callOf(daemon: Daemon, name: Parameters<Daemon['callsOf']>[0]): Frame {
  return daemon.callsOf(name)[0] as Frame
}

/** Statuses of the stream's packets that came from the client. */
const statuses = (daemon: Daemon) => daemon.streamFrames.map(({ status }) => status)

async function finished(daemon: Daemon): Promise<void> {
  await daemon.until(() => statuses(daemon).includes(frameStatus.ok))
}

/** A hole of that many bytes, as the daemon sends it. */
function hole(call: Frame, length: bigint): Buffer {
  const payload = Buffer.alloc(12)
  payload.writeBigInt64BE(length)
  return encodeFrame({ ...streamHeader(call, frameStatus.continue), type: frameType.hole }, payload)
}

test('a download is read to its empty packet and ends when the daemon confirmed it', async () => {
  const { libvirt, daemon } = await open()
  const { stream } = await libvirt.stream('storageVolDownload', part)
  const call = callOf(daemon, 'storageVolDownload')
  const data = randomBytes(700_000)
  for (let at = 0; at < data.byteLength; at += 262_120)
    daemon.sendStream(call, frameStatus.continue, data.subarray(at, at + 262_120))
  daemon.sendStream(call, frameStatus.continue)
  const reading = buffer(stream)
  await finished(daemon)
  expect(await Promise.race([reading, sleep(20, 'waits')])).toBe('waits')
  daemon.sendStream(call, frameStatus.ok)
  expect(await reading).toEqual(data)
  expect(stream.destroyed).toBe(true)
})

test('packets that arrive together with the reply are not lost', async () => {
  const { libvirt, daemon } = await open({
    domainScreenshot: (_, call) => {
      process.nextTick(() =>
        daemon.send(
          ...['ab', 'cd'].map(text => encodeFrame(streamHeader(call, frameStatus.continue), Buffer.from(text))),
          encodeFrame(streamHeader(call, frameStatus.continue)),
        ),
      )
      return { mime: 'image/png' }
    },
  })
  const { result, stream } = await libvirt.stream('domainScreenshot', { dom, screen: 0 })
  void finished(daemon).then(() => daemon.sendStream(callOf(daemon, 'domainScreenshot'), frameStatus.ok))
  expect(result).toEqual({ mime: 'image/png' })
  expect((await buffer(stream)).toString()).toBe('abcd')
})

test('a refused stream call is an ordinary refusal', async () => {
  const { libvirt } = await open({
    storageVolDownload: () => {
      throw new Refusal({ code: 50, domain: 18, message: 'no volume' })
    },
  })
  await expect(libvirt.stream('storageVolDownload', part)).rejects.toMatchObject({ code: 50 })
  expect(await libvirt.call('connectGetHostname', {})).toEqual({ hostname: 'hv01' })
})

test('a stream that fails midway ends with the error of the daemon, and the connection lives', async () => {
  const { libvirt, daemon } = await open()
  const { stream } = await libvirt.stream('storageVolDownload', part)
  const call = callOf(daemon, 'storageVolDownload')
  daemon.sendStream(call, frameStatus.continue, Buffer.from('ab'))
  daemon.send(
    encodeError(streamHeader(call, frameStatus.error), { code: 38, domain: 38, message: 'disk fault', int1: 5 }),
  )
  await expect(buffer(stream)).rejects.toMatchObject({ code: 38, int1: 5, procedure: 'storageVolDownload' })
  expect(await libvirt.call('connectGetHostname', {})).toEqual({ hostname: 'hv01' })
  expect(statuses(daemon)).toEqual([])
})

test('a reader that does not read stops the connection, and nothing is lost when it goes on', async () => {
  const { libvirt, daemon } = await open()
  const { stream } = await libvirt.stream('storageVolDownload', part, { highWaterMarkBytes: 300_000 })
  const call = callOf(daemon, 'storageVolDownload')
  const data = randomBytes(262_120 * 12)
  for (let i = 0; i < 12; i++)
    daemon.sendStream(call, frameStatus.continue, data.subarray(i * 262_120, (i + 1) * 262_120))
  daemon.sendStream(call, frameStatus.continue)
  await sleep(30)
  expect(stream.readableLength).toBeLessThan(3 * 262_120)
  expect(daemon.socket.writableLength).toBeGreaterThan(262_120)
  const reading = buffer(stream)
  await finished(daemon)
  daemon.sendStream(call, frameStatus.ok)
  expect((await reading).equals(data)).toBe(true)
})

test('a stream that is destroyed while it holds the connection lets it go', async () => {
  const { libvirt, daemon } = await open()
  const { stream } = await libvirt.stream('storageVolDownload', part, { highWaterMarkBytes: 1_000 })
  const call = callOf(daemon, 'storageVolDownload')
  for (let i = 0; i < 4; i++) daemon.sendStream(call, frameStatus.continue, Buffer.alloc(100_000))
  await sleep(10)
  stream.destroy()
  expect(await libvirt.call('connectGetHostname', {})).toEqual({ hostname: 'hv01' })
  expect(statuses(daemon)).toEqual([frameStatus.error])
})

test('an upload arrives whole, in packets that every daemon takes, and finishes when confirmed', async () => {
  const { libvirt, daemon } = await open()
  const data = randomBytes(900_000)
  const { stream } = await libvirt.stream('storageVolUpload', { vol, offset: 0n, length: BigInt(data.byteLength) })
  const writing = pipeline(Readable.from([data]), stream)
  await finished(daemon)
  expect(await Promise.race([writing, sleep(20, 'waits')])).toBe('waits')
  const packets = daemon.streamFrames
    .filter(({ status }) => status === frameStatus.continue)
    .map(({ payload }) => payload)
  expect(Math.max(...packets.map(packet => packet.byteLength))).toBe(262_120)
  expect(createHash('sha256').update(Buffer.concat(packets)).digest()).toEqual(
    createHash('sha256').update(data).digest(),
  )
  daemon.sendStream(callOf(daemon, 'storageVolUpload'), frameStatus.ok)
  await writing
})

test('an upload that the daemon does not confirm fails with its words', async () => {
  const { libvirt, daemon } = await open()
  const { stream } = await libvirt.stream('storageVolUpload', part)
  const writing = pipeline(Readable.from([Buffer.from('x')]), stream)
  await finished(daemon)
  const call = callOf(daemon, 'storageVolUpload')
  daemon.send(encodeError(streamHeader(call, frameStatus.error), { code: 38, domain: 38, message: 'no space left' }))
  await expect(writing).rejects.toThrow('no space left')
})

test('an upload that is never confirmed fails at its deadline', async () => {
  const { libvirt } = await open()
  const { stream } = await libvirt.stream('storageVolUpload', part, { confirmTimeoutMs: 20 })
  await expect(pipeline(Readable.from([Buffer.from('x')]), stream)).rejects.toMatchObject({ reason: 'deadline' })
})

test('an aborted stream is aborted in the daemon too, and late packets harm nobody', async () => {
  const { libvirt, daemon } = await open()
  const controller = new AbortController()
  const { stream } = await libvirt.stream('storageVolDownload', part, { signal: controller.signal })
  const reading = buffer(stream)
  controller.abort()
  await expect(reading).rejects.toMatchObject({ name: 'AbortError' })
  await daemon.until(() => statuses(daemon).includes(frameStatus.error))
  daemon.sendStream(callOf(daemon, 'storageVolDownload'), frameStatus.continue, Buffer.from('late'))
  expect(await libvirt.call('connectGetHostname', {})).toEqual({ hostname: 'hv01' })
})

test('a stream whose call was given up before its reply is aborted when the reply comes', async () => {
  const { promise, resolve } = Promise.withResolvers<object>()
  const { libvirt, daemon } = await open({ storageVolDownload: () => promise })
  await expect(libvirt.stream('storageVolDownload', part, { timeoutMs: 10 })).rejects.toMatchObject({
    reason: 'deadline',
  })
  resolve({})
  await daemon.until(() => statuses(daemon).includes(frameStatus.error))
})

test('a console carries bytes both ways until the guest closes it', async () => {
  const { libvirt, daemon } = await open()
  const { stream } = await libvirt.stream('domainOpenConsole', { dom, devName: null })
  const call = callOf(daemon, 'domainOpenConsole')
  stream.write('help\r')
  await daemon.until(() => daemon.streamFrames.length === 1)
  expect(daemon.streamFrames[0]?.payload.toString()).toBe('help\r')
  daemon.sendStream(call, frameStatus.continue, Buffer.from('login: '))
  daemon.sendStream(call, frameStatus.continue)
  const reading = buffer(stream)
  await finished(daemon)
  daemon.sendStream(call, frameStatus.ok)
  expect((await reading).toString()).toBe('login: ')
})

test('a lost connection ends its streams with the reason', async () => {
  const { libvirt, daemon } = await open()
  const { stream: download } = await libvirt.stream('storageVolDownload', part)
  const { stream: upload } = await libvirt.stream('storageVolUpload', part)
  const endings = [
    buffer(download),
    pipeline(async function* () {
      yield Buffer.from('x')
      await sleep(50)
      yield Buffer.from('y')
    }, upload),
  ]
  await daemon.until(() => daemon.streamFrames.length === 1)
  daemon.socket.destroy()
  for (const outcome of await Promise.allSettled(endings))
    expect(outcome).toMatchObject({ status: 'rejected', reason: { reason: 'lost' } })
})

test('holes of a sparse download are zeros again', async () => {
  const asked: unknown[] = []
  const { libvirt, daemon } = await open({ storageVolDownload: args => (asked.push(args), {}) })
  const { stream } = await libvirt.stream('storageVolDownload', part, { sparse: true, highWaterMarkBytes: 4_096 })
  const call = callOf(daemon, 'storageVolDownload')
  daemon.sendStream(call, frameStatus.continue, Buffer.from('head'))
  daemon.send(hole(call, 1_000_000n))
  daemon.sendStream(call, frameStatus.continue, Buffer.from('tail'))
  daemon.sendStream(call, frameStatus.continue)
  const reading = buffer(stream)
  await finished(daemon)
  daemon.sendStream(call, frameStatus.ok)
  expect(
    (await reading).equals(Buffer.concat([Buffer.from('head'), Buffer.alloc(1_000_000), Buffer.from('tail')])),
  ).toBe(true)
  expect(asked).toEqual([{ ...part, flags: 1 }])
})

test('a hole of negative length ends the stream', async () => {
  const { libvirt, daemon } = await open()
  const { stream } = await libvirt.stream('storageVolDownload', part, { sparse: true })
  daemon.send(hole(callOf(daemon, 'storageVolDownload'), -1n))
  await expect(buffer(stream)).rejects.toThrow(/hole of -1 bytes/)
})

test('runs of zeros in a sparse upload travel as their length', async () => {
  const { libvirt, daemon } = await open()
  const { stream } = await libvirt.stream('storageVolUpload', part, { sparse: true })
  const writing = pipeline(Readable.from([Buffer.alloc(262_120), Buffer.from('data'), Buffer.alloc(100)]), stream)
  await finished(daemon)
  daemon.sendStream(callOf(daemon, 'storageVolUpload'), frameStatus.ok)
  await writing
  const kinds = daemon.streamFrames
    .slice(0, 3)
    .map(({ type, payload }) => (type === frameType.hole ? payload.readBigInt64BE() : payload.byteLength))
  expect(kinds).toEqual([262_120n, 4, 100])
})

test('a stream that nobody listens to yet does not end the process when it fails', async () => {
  const { libvirt, daemon } = await open()
  const { stream } = await libvirt.stream('storageVolDownload', part)
  daemon.socket.destroy()
  await libvirt.closed
  await sleep(5)
  expect(stream.errored).toMatchObject({ reason: 'lost' })
})
