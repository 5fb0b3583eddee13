import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { serverCodec } from './index.ts'
import { connected, held, type Handlers } from './testing/daemon.ts'

const { encodeResult } = serverCodec
const quick = { intervalMs: 20, count: 3 }

async function open(handlers: Handlers, keepalive: { intervalMs: number; count: number } | false) {
  const both = await connected(handlers, { keepalive })
  onTestFinished(() => both.libvirt.close())
  return both
}

test('a ping is answered at once, between the bytes of large replies too', async () => {
  const { libvirt, daemon } = await open(
    { connectGetCapabilities: () => held<{ capabilities: string }>().promise },
    false,
  )
  const answer = libvirt.call('connectGetCapabilities', {})
  await daemon.until(() => daemon.callsOf('connectGetCapabilities').length === 1)
  const { serial } = daemon.callsOf('connectGetCapabilities')[0]!
  const reply = encodeResult('connectGetCapabilities', serial, { capabilities: 'x'.repeat(4_000_000) })
  daemon.send(daemon.ping(), reply.subarray(0, 3_000_000))
  await daemon.until(() => daemon.pongs === 1)
  daemon.send(reply.subarray(3_000_000), daemon.ping())
  expect((await answer).capabilities).toHaveLength(4_000_000)
  await daemon.until(() => daemon.pongs === 2)
})

test('a daemon that froze is noticed, and every waiter is woken', async () => {
  const { libvirt, daemon } = await open({ connectGetUri: () => held<{ uri: string }>().promise }, quick)
  await daemon.until(() => daemon.pings >= 2)
  daemon.answersPings = false
  const begin = performance.now()
  await expect(libvirt.call('connectGetUri', {})).rejects.toMatchObject({ reason: 'silent' })
  expect(performance.now() - begin).toBeLessThan(1_000)
  expect((await libvirt.closed).message).toMatch(/sent nothing for 80 ms/)
})

test('a daemon that answers pings is never given up, however long a call takes', async () => {
  const gate = held<{ uri: string }>()
  const { libvirt } = await open({ connectGetUri: () => gate.promise }, quick)
  const answer = libvirt.call('connectGetUri', {})
  await sleep(300)
  gate.resolve({ uri: 'done' })
  expect(await answer).toEqual({ uri: 'done' })
})

test('bytes that drip in are a sign of life, even of a daemon that answers no ping', async () => {
  const { libvirt, daemon } = await open({ connectGetUri: () => held<{ uri: string }>().promise }, quick)
  daemon.answersPings = false
  const answer = libvirt.call('connectGetUri', {})
  await daemon.until(() => daemon.callsOf('connectGetUri').length === 1)
  const reply = encodeResult('connectGetUri', daemon.callsOf('connectGetUri')[0]!.serial, { uri: 'slowly' })
  for (const byte of reply) {
    daemon.send(Uint8Array.of(byte))
    await sleep(5)
  }
  expect(await answer).toEqual({ uri: 'slowly' })
})

test('a daemon that never confirmed the feature is not pinged', async () => {
  const { libvirt, daemon } = await open({ connectSupportsFeature: () => ({ supported: 0 }) }, quick)
  await sleep(150)
  expect(daemon.pings).toBe(0)
  expect(await libvirt.hasFeature(10)).toBe(false)
})
