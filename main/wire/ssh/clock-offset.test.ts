import { Duplex } from 'node:stream'
import { expect, test } from 'vitest'
import { systemClock } from '#lib/clock.ts'
import { measureClock, readSample } from './clock-offset.ts'
import { SshError } from './errors.ts'

/** A host that answers each line that it is sent with the next of these, and then ends. */
const measuredAgainst = async (answers: readonly string[], atTheEnd: (stream: Duplex) => void) => {
  const left = [...answers]
  const stream = new Duplex({
    read: () => undefined,
    write: (_chunk, _encoding, done) => {
      const answer = left.shift()
      if (answer === undefined) atTheEnd(stream)
      else stream.push(answer)
      done()
    },
  })
  const offset = await measureClock({ execDuplex: () => Promise.resolve(stream) }, systemClock)
  return { stream, offset }
}
const now = (): string => `${(Date.now() / 1000).toFixed(3)}000000\n`

test('the answer belongs to the middle of the round trip', () => {
  const sample = readSample('1764061200.500000000', 1_764_061_198_000, 20)
  expect(sample?.offsetMs).toBeCloseTo(2489.5)
  expect(sample?.uncertaintyMs).toBeCloseTo(10.5)
})

test.each(['1764061200', '1764061200.%N', '1764061200.N'])('%s is known to half a second', answer => {
  const sample = readSample(answer, 1_764_061_200_500, 0)
  expect(sample?.offsetMs).toBeCloseTo(-0.5)
  expect(sample?.uncertaintyMs).toBeCloseTo(500.5)
})

test.each(['', 'date: not found', '17', '-1764061200'])('%j tells no time', answer => {
  expect(readSample(answer, 0, 0)).toBeNull()
})

test('what a host told before it ended or failed counts', async () => {
  for (const atTheEnd of [
    (stream: Duplex) => stream.push(null),
    (stream: Duplex) => stream.destroy(new Error('lost')),
  ]) {
    const { offset } = await measuredAgainst([now(), now()], stream => void atTheEnd(stream))
    expect(Math.abs(offset?.offsetMs ?? Infinity)).toBeLessThan(5_000)
  }
})

test('a host that runs no commands for us tells no time, and that is no failure', async () => {
  const execDuplex = () => Promise.reject(new SshError('channel', 'refused'))
  expect(await measureClock({ execDuplex }, systemClock)).toBeNull()
})

test('a line without end is not waited for', async () => {
  let sentBytes = 0
  const pour = (stream: Duplex): void => {
    if (stream.destroyed || sentBytes > 50_000_000) return
    sentBytes += 100_000
    stream.push('1'.repeat(100_000))
    setImmediate(() => pour(stream))
  }
  const { stream, offset } = await measuredAgainst([], pour)
  expect(offset).toBeNull()
  expect(stream.destroyed).toBe(true)
  expect(sentBytes).toBeLessThan(5_000_000)
})
