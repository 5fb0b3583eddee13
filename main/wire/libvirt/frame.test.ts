import { expect, test } from 'vitest'
import { FrameError } from './errors.ts'
import { FrameSplitter } from './frame-splitter.ts'
import {
  HEADER_BYTES,
  MAX_FRAME_BYTES,
  decodeFrame,
  encodeFrame,
  frameStatus,
  frameType,
  header,
  type Frame,
} from './frame.ts'
import { decodeArgs, decodeBody, encodeCall, encodeError, encodeEvent, encodeResult } from './messages.ts'
import { structLayouts, events, procedures } from './procedures.gen.ts'

const REMOTE = 0x20008086
const domain = { name: 'web', uuid: '6695eb01-f6a4-8304-79aa-97f2502e193f', id: -1 }

function only(bytes: Uint8Array): Frame {
  const frames = new FrameSplitter().push(bytes)
  expect(frames).toHaveLength(1)
  return frames[0] as Frame
}

test('CONNECT_OPEN has the bytes of libvirt', () => {
  const bytes = encodeCall(procedures.connectOpen, 1, { name: 'qemu:///system', flags: 1 })
  expect(bytes.toString('hex')).toBe(
    '00000038' +
      '20008086' +
      '00000001' +
      '00000001' +
      '00000000' +
      '00000001' +
      '00000000' +
      '00000001' +
      '0000000e' +
      '71656d753a2f2f2f73797374656d' +
      '0000' +
      '00000001',
  )
  expect(decodeArgs('connectOpen', only(bytes))).toEqual({ name: 'qemu:///system', flags: 1 })
})

test('a call without arguments is a header alone', () => {
  const bytes = encodeCall(procedures.authList, 7, {})
  expect(bytes.toString('hex')).toBe(
    '0000001c' + '20008086' + '00000001' + '00000042' + '00000000' + '00000007' + '00000000',
  )
})

test('a reply with an inactive domain has the bytes of libvirt', () => {
  const bytes = encodeResult('connectListAllDomains', 9, { domains: [domain], ret: 1 })
  expect(bytes.toString('hex')).toBe(
    '00000040' +
      '20008086' +
      '00000001' +
      '00000111' +
      '00000001' +
      '00000009' +
      '00000000' +
      '00000001' +
      '00000003' +
      '77656200' +
      '6695eb01f6a4830479aa97f2502e193f' +
      'ffffffff' +
      '00000001',
  )
})

test('an error carries every field, absent ones too', () => {
  const call = header(REMOTE, 23, frameType.call, 3)
  const bytes = encodeError(call, {
    code: 42,
    domain: 10,
    message: 'Domain not found',
    str1: 'x',
    dom: domain,
    int1: -5,
  })
  const frame = only(bytes)
  expect(frame).toMatchObject({ procedure: 23, type: frameType.reply, serial: 3, status: frameStatus.error })
  expect(frame.payload.subarray(0, 12).toString('hex')).toBe('0000002a' + '0000000a' + '00000001')
  expect(decodeBody(structLayouts.errorBody, frame.payload)).toEqual({
    code: 42,
    domain: 10,
    message: 'Domain not found',
    level: 2,
    dom: domain,
    str1: 'x',
    str2: null,
    str3: null,
    int1: -5,
    int2: 0,
    net: null,
  })
})

test('a lifecycle event has the bytes of libvirt', () => {
  const bytes = encodeEvent('domainLifecycle', { callbackID: 2, dom: domain, event: 5, detail: 1 })
  expect(bytes.toString('hex')).toBe(
    '00000044' +
      '20008086' +
      '00000001' +
      '0000013e' +
      '00000002' +
      '00000000' +
      '00000000' +
      '00000002' +
      '00000003' +
      '77656200' +
      '6695eb01f6a4830479aa97f2502e193f' +
      'ffffffff' +
      '00000005' +
      '00000001',
  )
  expect(decodeBody(events.domainLifecycle.body, only(bytes).payload)).toMatchObject({
    callbackID: 2,
    event: 5,
    detail: 1,
  })
})

test('frames come out whole, wherever the bytes were cut', () => {
  const frames = [
    encodeCall(procedures.authList, 1, {}),
    encodeCall(procedures.connectOpen, 2, { name: 'test:///default', flags: 0 }),
    encodeResult('connectListAllDomains', 3, { domains: [domain, domain], ret: 2 }),
  ]
  const whole = Buffer.concat(frames)
  const expected = new FrameSplitter().push(whole)
  expect(expected.map(frame => frame.serial)).toEqual([1, 2, 3])
  for (let cut = 0; cut <= whole.byteLength; cut++) {
    const splitter = new FrameSplitter()
    expect([...splitter.push(whole.subarray(0, cut)), ...splitter.push(whole.subarray(cut))]).toEqual(expected)
    expect(splitter.heldBytes).toBe(0)
  }
  const dripping = new FrameSplitter()
  expect([...whole].flatMap(byte => dripping.push(Uint8Array.of(byte)))).toEqual(expected)
})

test.each([0, 27, MAX_FRAME_BYTES + 1, 0xffffffff])('a length word of %d is refused at its fourth byte', size => {
  const word = Buffer.alloc(4)
  word.writeUInt32BE(size)
  const splitter = new FrameSplitter()
  splitter.push(word.subarray(0, 3))
  expect(() => splitter.push(word.subarray(3))).toThrow(FrameError)
})

test('the longest frame is accepted, the next byte is not', () => {
  const head = header(REMOTE, 1, frameType.reply, 1)
  const longest = encodeFrame(head, new Uint8Array(MAX_FRAME_BYTES - HEADER_BYTES))
  expect(only(longest).payload.byteLength).toBe(MAX_FRAME_BYTES - HEADER_BYTES)
  expect(() => encodeFrame(head, new Uint8Array(MAX_FRAME_BYTES - HEADER_BYTES + 1))).toThrow(FrameError)
})

test.each([
  ['an unknown type', 16, 7],
  ['an unknown status', 24, 3],
  ['descriptors in a call', 16, frameType.callWithFds],
  ['descriptors in a reply', 16, frameType.replyWithFds],
])('a frame with %s is refused', (_, offset, value) => {
  const bytes = encodeCall(procedures.authList, 1, {})
  bytes.writeUInt32BE(value, offset)
  expect(() => decodeFrame(bytes)).toThrow(FrameError)
})

test('payloads are views on what was received, not copies', () => {
  const bytes = encodeCall(procedures.connectOpen, 1, { name: 'x', flags: 0 })
  expect(only(bytes).payload.buffer).toBe(bytes.buffer)
})

test('a frame that drips in byte by byte costs no more than its bytes', () => {
  const frame = encodeFrame(header(REMOTE, 1, frameType.reply, 1), new Uint8Array(1_000_000))
  const splitter = new FrameSplitter()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  for (let at = 0; at < 999_999; at++) expect(splitter.push(frame.subarray(at, at + 1)).length === 0).toBe(true)
  const after = process.memoryUsage()
  expect(after.arrayBuffers - arrayBuffers).toBeLessThan(4_000_000)
  expect(after.heapUsed - heapUsed).toBeLessThan(256 << 20)
  expect(splitter.push(frame.subarray(999_999))).toHaveLength(1)
})

test('a frame that is announced as very long reserves nothing for what has not come', () => {
  const { arrayBuffers } = process.memoryUsage()
  const word = Buffer.alloc(4)
  word.writeUInt32BE(MAX_FRAME_BYTES)
  const splitters = Array.from({ length: 100 }, () => new FrameSplitter())
  for (const splitter of splitters) splitter.push(word)
  for (const splitter of splitters) splitter.push(new Uint8Array(1_000))
  expect(process.memoryUsage().arrayBuffers - arrayBuffers).toBeLessThan(64 << 20)
  expect(splitters.every(splitter => splitter.heldBytes === 1_004)).toBe(true)
})
