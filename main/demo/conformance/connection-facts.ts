import assert from 'node:assert/strict'
import type { Duplex } from 'node:stream'
import { serverCodec, type Frame } from '#wire/libvirt/index.ts'
import { connected, refused, uri, type Fact, type Subject } from './subject.ts'

const { FrameSplitter, encodeFrame, frameStatus, frameType, header, keepalive, procedures } = serverCodec
const remote = procedures.connectOpen.program
/** code and domain of an error payload. */
const numbersOf = ({ payload }: Frame): readonly number[] => [payload.readInt32BE(0), payload.readInt32BE(4)]

/** Sends messages as they are, each after the answer to the one before, since the daemon works on several at once. */
async function exchange(subject: Subject, ...messages: readonly Uint8Array[]): Promise<readonly Frame[]> {
  const duplex = await subject.connect()
  const splitter = new FrameSplitter()
  const frames: Frame[] = []
  try {
    duplex.write(messages[0])
    for await (const chunk of duplex as AsyncIterable<Buffer>) {
      frames.push(...splitter.push(chunk))
      if (frames.length >= messages.length) break
      duplex.write(messages[frames.length])
    }
  } finally {
    duplex.destroy()
  }
  return frames
}

const call = (procedure: number, payload = Buffer.alloc(0), program = remote): Buffer =>
  encodeFrame(header(program, procedure, frameType.call, 1), payload)

const word = (value: number): Buffer => Buffer.from([0, 0, 0, value])
/** A name that is present, its 14 bytes with padding, no flags. */
const open = call(
  procedures.connectOpen.number,
  Buffer.concat([word(1), word(uri.length), Buffer.from(`${uri}\0\0`), word(0)]),
)

async function closesAfter(duplex: Duplex, bytes: Uint8Array): Promise<void> {
  // The daemon may have left bytes unread, and its kernel then resets the connection.
  duplex.on('error', () => undefined)
  duplex.once('end', () => duplex.destroy())
  const closed = new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('the connection stays open')), 5_000)
    duplex.resume().once('close', () => {
      clearTimeout(late)
      resolve()
    })
  })
  duplex.write(bytes)
  await closed
}

export const connectionFacts: readonly Fact[] = [
  {
    title: 'asks for no authentication and says what it is',
    check: subject =>
      connected(subject, async libvirt => {
        assert.deepEqual((await libvirt.call('authList', {})).types, [0])
        assert.equal((await libvirt.call('connectGetType', {})).type, 'QEMU')
        assert.equal((await libvirt.call('connectGetUri', {})).uri, 'qemu:///system')
        assert.equal((await libvirt.call('connectIsSecure', {})).secure, 1)
        assert.equal((await libvirt.call('connectGetLibVersion', {})).libVer, 9_000_000n)
        assert.equal((await libvirt.call('connectGetVersion', {})).hvVer / 1_000_000n, 7n)
        assert.match((await libvirt.call('connectGetHostname', {})).hostname, /^\S+$/)
      }),
  },
  {
    title: 'has the features of the qemu driver, and not those that nobody knows',
    check: subject =>
      connected(subject, async libvirt => {
        const feature = async (number: number) =>
          (await libvirt.call('connectSupportsFeature', { feature: number })).supported
        const known = await Promise.all([1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16].map(feature))
        assert.deepEqual(known, [0, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1])
        assert.equal(await feature(99), 0)
      }),
  },
  {
    title: 'refuses every call before the connection is open',
    check: async subject => {
      const [reply] = await exchange(subject, call(procedures.connectGetType.number))
      assert.equal(reply?.status, frameStatus.error)
      assert.deepEqual(reply && numbersOf(reply), [1, 7])
    },
  },
  {
    title: 'does not look for a driver when none is named',
    check: async subject => {
      const [reply] = await exchange(subject, call(procedures.connectOpen.number, Buffer.alloc(8)))
      assert.deepEqual(reply && numbersOf(reply), [1, 7])
    },
  },
  {
    title: 'answers unknown procedures and arguments that cannot be read with error 39, and goes on',
    check: async subject => {
      const unreadable = call(procedures.domainLookupByName.number, Buffer.from([0, 0, 255, 255]))
      const type = call(procedures.connectGetType.number)
      const [, unknown, unread, known] = await exchange(subject, open, call(9_999), unreadable, type)
      assert.deepEqual(unknown && numbersOf(unknown), [39, 7])
      assert.deepEqual(unread && numbersOf(unread), [39, 7])
      assert.equal(known?.status, frameStatus.ok)
    },
  },
  {
    title: 'answers a ping with a pong, also among calls',
    check: async subject => {
      const ping = encodeFrame(header(keepalive.program, keepalive.ping, frameType.message, 0))
      const frames = await exchange(subject, open, ping)
      assert.ok(frames.some(frame => frame.program === keepalive.program && frame.procedure === keepalive.pong))
    },
  },
  {
    title: 'hangs up on a frame that is longer than the protocol allows',
    check: async subject => closesAfter(await subject.connect(), Buffer.from([0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0])),
  },
  {
    title: 'hangs up after CONNECT_CLOSE',
    check: async subject => {
      await closesAfter(await subject.connect(), call(procedures.connectClose.number))
    },
  },
  {
    title: 'gives each of many calls in flight its own answer',
    check: subject =>
      connected(subject, async libvirt => {
        const domains = await libvirt.listDomains()
        const asked = Array.from({ length: 200 }, (_, i) => domains[i % domains.length]).filter(
          dom => dom !== undefined,
        )
        const answers = await Promise.all(asked.map(({ uuid }) => libvirt.call('domainLookupByUuid', { uuid })))
        assert.deepEqual(answers.map(({ dom }) => dom.name), asked.map(({ name }) => name)) // prettier-ignore
      }),
  },
  {
    title: 'refuses changes on a read-only connection with error 29',
    check: subject =>
      connected(
        subject,
        async libvirt => {
          const refusal = { code: 29, domain: 20, message: /read only access prevents virDomainDefineXML/i }
          await refused(libvirt, 'domainDefineXml', { xml: '<domain/>' }, refusal)
          await libvirt.listDomains()
        },
        true,
      ),
  },
]
