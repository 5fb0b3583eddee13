import type { Connection } from 'ssh2'
import { expect, test } from 'vitest'
import { SshError } from './errors.ts'
import { memoryServer, welcoming } from './testing/memory-server.ts'

/** xorshift32: the same packets in every run. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed
  return below => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

const uint = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
const text = (value: string): Buffer => Buffer.concat([uint(value.length), Buffer.from(value)])
const flag = Buffer.from([1])
const message = (type: number, ...parts: readonly Buffer[]): Buffer => Buffer.concat([Buffer.from([type]), ...parts])
const channel = uint(0)
const window = [uint(0), uint(1_000), uint(1_000)]

/** What a server may say once a client is signed in, and some things that it may not. @source RFC 4252 to 4254 */
const seeds: readonly Buffer[] = [
  message(1, uint(2), text('bye'), text('')),
  message(7, uint(1), text('server-sig-algs'), text('rsa-sha2-256')),
  message(20, Buffer.alloc(16), ...Array.from({ length: 10 }, () => text('none')), Buffer.alloc(5)),
  message(51, text('password,publickey'), flag),
  message(52),
  message(53, text('banner'), text('')),
  message(60, text('a'), text('b'), text(''), uint(1), text('Password'), flag),
  message(80, text('hostkeys-00@openssh.com'), flag, text('ssh-ed25519')),
  message(80, text('keepalive@openssh.com'), flag),
  message(81, uint(5)),
  message(82),
  message(90, text('forwarded-tcpip'), ...window, text('127.0.0.1'), uint(22), text('1.1.1.1'), uint(1)),
  message(90, text('forwarded-streamlocal@openssh.com'), ...window, text('/x'), text('')),
  message(90, text('x11'), ...window, text('1.1.1.1'), uint(1)),
  message(90, text('auth-agent@openssh.com'), ...window),
  message(91, channel, ...window),
  message(92, channel, uint(2), text('no'), text('')),
  message(93, channel, uint(1_000)),
  message(94, channel, text('data')),
  message(95, channel, uint(1), text('on standard error')),
  message(96, channel),
  message(97, channel),
  message(98, channel, text('exit-status'), flag, uint(1)),
  message(98, channel, text('exit-signal'), flag, text('TERM'), flag, text('why'), text('')),
  message(99, channel),
  message(100, channel),
]
const words = [0, 1, 2, 3, 0xff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff]

/** Up to three wounds: a byte, a word, a cut, something doubled. The type stays. */
function mutate(seed: Buffer, random: (below: number) => number): Buffer {
  let bytes = Buffer.from(seed)
  for (let wounds = random(4); wounds > 0 && bytes.byteLength > 5; wounds--) {
    const at = 1 + random(bytes.byteLength - 4)
    const kind = random(4)
    if (kind === 0) bytes[at] = random(256)
    else if (kind === 1) bytes.writeUInt32BE(words[random(words.length)] as number, Math.min(at, bytes.byteLength - 4))
    else if (kind === 2) bytes = bytes.subarray(0, at)
    else bytes = Buffer.concat([bytes, bytes.subarray(at)])
  }
  return bytes
}

/** ssh2's own writer, for which there is no public way to send any bytes at all. */
type Raw = {
  readonly _protocol: {
    readonly _packetRW: {
      readonly write: {
        readonly allocStart: number
        readonly alloc: (bytes: number) => Buffer
        readonly finalize: (packet: Buffer) => Buffer
      }
    }
    readonly _cipher: { readonly encrypt: (packet: Buffer) => void }
  }
}
function sendRaw(client: Connection, payload: Buffer): void {
  const { _packetRW, _cipher } = (client as unknown as Raw)._protocol
  const packet = _packetRW.write.alloc(payload.byteLength)
  payload.copy(packet, _packetRW.write.allocStart)
  _cipher.encrypt(_packetRW.write.finalize(packet))
}

/** One connection that the server ruins; what its three waiters were told. */
async function ruined(random: (below: number) => number): Promise<PromiseSettledResult<unknown>[]> {
  let far: Connection | undefined
  const server = memoryServer(client => {
    far = client
    client.on('close', () => (far = undefined))
    welcoming()(client)
    client.on(
      'openssh.streamlocal',
      accept =>
        void accept()
          .on('error', () => undefined)
          .write('hello'),
    )
  })
  const connection = await server.open({ deadlines: { channelMs: 50 }, keepAlive: { intervalMs: 50, maxMissed: 1 } })
  const waiters = [
    connection.exec('true', { timeoutMs: 50 }),
    connection.streamLocal('/any'),
    connection.execDuplex('true'),
  ]
  const outcomes = Promise.allSettled(waiters)
  for (let packet = 0; packet < 20 && connection.isOpen && far; packet++) {
    sendRaw(far, mutate(seeds[random(seeds.length)] as Buffer, random))
    if (random(3) === 0) await new Promise(resolve => setImmediate(resolve))
  }
  const told = await outcomes
  await connection.close()
  return told
}

test('against a hostile server every waiter is told an error of ours, and nothing escapes', async () => {
  const told = (await Promise.all(Array.from({ length: 150 }, (_, i) => ruined(randomFrom(20_261_125 + i))))).flat()
  expect(told).toHaveLength(450)
  for (const outcome of told) {
    if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(SshError)
  }
  expect(told.some(outcome => outcome.status === 'rejected')).toBe(true)
}, 60_000)
