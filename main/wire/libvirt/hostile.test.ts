import { setImmediate as nextTurn } from 'node:timers/promises'
import { duplexPair } from 'node:stream'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Codec } from './codec.ts'
import {
  FrameError,
  LibvirtError,
  TransportError,
  XdrError,
  openLibvirt,
  serverCodec,
  typedParam,
  type Frame,
} from './index.ts'
import { decodeBody, encodeBody, findEvent } from './messages.ts'
import { structLayouts, events, procedures } from './procedures.gen.ts'
import { Daemon } from './testing/daemon.ts'
import { samples } from './testing/arbitraries.ts'

const { FrameSplitter, encodeError, encodeResult, findProcedure, frameStatus, frameType, header } = serverCodec

/** xorshift32: the same mutants in every run. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed
  return below => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

const nasty = [0, 1, 2, 3, 0x7f, 0x80, 0xff]
const words = [
  0, 1, 27, 28, 0x1000, 0x4000, 0x40000, 0x400001, 0x2000004, 0x2000005, 0x7fffffff, 0x80000000, 0xffffffff,
]

/** One to four wounds: a byte, a word, a cut, something doubled. */
function mutate(frame: Buffer, random: (below: number) => number): Buffer {
  let bytes = Buffer.from(frame)
  for (let wounds = 1 + random(4); wounds > 0 && bytes.byteLength > 4; wounds--) {
    const at = random(bytes.byteLength)
    const kind = random(5)
    if (kind === 0) bytes[at] = nasty[random(nasty.length)] as number
    else if (kind === 1) bytes[at] = random(256)
    else if (kind === 2)
      bytes.writeUInt32BE(words[random(words.length)] as number, Math.min(at & ~3, bytes.byteLength - 4))
    else if (kind === 3) bytes = bytes.subarray(0, at)
    else bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.max(0, at - 16))])
  }
  if (random(4) > 0 && bytes.byteLength >= 4) bytes.writeUInt32BE(bytes.byteLength, 0) // so that the wounds reach the layouts
  return bytes
}

/** Calls, replies, errors and events of every layout of the protocol. */
function seeds(): Buffer[] {
  const values = <T>(title: string): T[] => {
    const found = samples.find(sample => sample.title === title)
    return found ? (fc.sample(found.values, { numRuns: 2, seed: 11 }) as T[]) : []
  }
  const frames = Object.values(procedures).flatMap(({ name, program, number, args, result }) => [
    ...values(`${name} arguments`).map(value =>
      encodeBody(header(program, number, frameType.call, 1), args as Codec<unknown>, value),
    ),
    ...values(`${name} result`).map(value =>
      encodeBody(header(program, number, frameType.reply, 1), result as Codec<unknown>, value),
    ),
  ])
  const told = Object.values(events).flatMap(({ name, program, number, body }) =>
    values(`${name} event`).map(value =>
      encodeBody(header(program, number, frameType.message, 0), body as Codec<unknown>, value),
    ),
  )
  const call = header(0x20008086, 23, frameType.call, 1)
  return [...frames, ...told, encodeError(call, { code: 42, domain: 10, message: 'no domain', str1: 'x' })]
}

/** Reads a frame as whichever side would. */
function read(frame: Frame): void {
  const procedure = findProcedure(frame)
  if (frame.type === frameType.message)
    findEvent(frame) && decodeBody<unknown>(findEvent(frame)!.body as Codec<unknown>, frame.payload)
  else if (frame.status === frameStatus.error) decodeBody(structLayouts.errorBody, frame.payload)
  else if (procedure)
    decodeBody<unknown>(
      (frame.type === frameType.call ? procedure.args : procedure.result) as Codec<unknown>,
      frame.payload,
    )
}

test('100,000 mutated frames are read or refused by name, in bounded time and memory', () => {
  const originals = seeds()
  const random = randomFrom(20_261_123)
  const outcomes = { read: 0, refused: 0, waiting: 0 }
  const before = process.memoryUsage()
  let splitter = new FrameSplitter()
  const begin = performance.now()
  for (let i = 0; i < 100_000; i++) {
    try {
      const frames = splitter.push(mutate(originals[i % originals.length] as Buffer, random))
      for (const frame of frames) read(frame)
      outcomes[frames.length > 0 ? 'read' : 'waiting'] += 1
      if (splitter.heldBytes > 4_096) splitter = new FrameSplitter()
    } catch (error) {
      if (!(error instanceof FrameError) && !(error instanceof XdrError)) throw error
      outcomes.refused += 1
      splitter = new FrameSplitter()
    }
  }
  expect(performance.now() - begin).toBeLessThan(30_000)
  expect(outcomes.read + outcomes.refused + outcomes.waiting).toBe(100_000)
  expect(Math.min(outcomes.read, outcomes.refused)).toBeGreaterThan(5_000)
  const after = process.memoryUsage()
  expect(after.heapUsed + after.external - before.heapUsed - before.external).toBeLessThan(256 << 20)
}, 60_000)

test('against a hostile daemon every call is settled and every connection ends or lives on whole', async () => {
  const random = randomFrom(42)
  const dom = { name: 'web', uuid: '6695eb01-f6a4-8304-79aa-97f2502e193f', id: 1 }
  const stats = {
    retStats: [{ dom, params: [typedParam.int('state.state', 1), typedParam.string('block.0.name', 'vda')] }],
  }
  let settled = 0
  for (let i = 0; i < 300; i++) {
    const [near, far] = duplexPair()
    const daemon = new Daemon(far, {
      connectGetAllDomainStats: (_, { serial }) => {
        daemon.send(mutate(encodeResult('connectGetAllDomainStats', serial, stats), random))
        return new Promise(() => undefined)
      },
    })
    const libvirt = await openLibvirt(near, { uri: 'test:///default', keepalive: false })
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => libvirt.getAllDomainStats({ timeoutMs: 15 })))
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected')
        expect(
          [TransportError, XdrError, LibvirtError].some(kind => outcome.reason instanceof kind),
          String(outcome.reason),
        ).toBe(true)
    }
    settled += outcomes.length
    far.destroy()
    await libvirt.close()
    await libvirt.closed
    await nextTurn()
  }
  expect(settled).toBe(900)
}, 60_000)
