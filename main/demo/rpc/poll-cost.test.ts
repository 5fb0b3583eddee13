import { expect, test } from 'vitest'
import { SimulatedHost } from '#demo/host/host.ts'
import { planCentre } from '#demo/plan/centre.ts'
import { systemClock } from '#lib/clock.ts'
import { serverCodec } from '#wire/libvirt/index.ts'
import { RpcSession } from './session.ts'

const { encodeFrame, frameType, header, procedures } = serverCodec
const call = (procedure: number, payload: Buffer) =>
  encodeFrame(header(procedures.connectOpen.program, procedure, frameType.call, 1), payload)
const uri = 'qemu:///system'
const word = (value: number) => Buffer.from([0, 0, 0, value])
const name = Buffer.concat([word(1), word(uri.length), Buffer.from(`${uri}\0\0`)])
const open = call(procedures.connectOpen.number, Buffer.concat([name, word(0)]))
/** All machines, all groups, no flags. */
const poll = call(procedures.connectGetAllDomainStats.number, Buffer.alloc(12))

test('answers a poll of all machines of a host in less than 5 ms', () => {
  for (const plan of planCentre(1, 8)) {
    const sent: Buffer[] = []
    const session = new RpcSession(new SimulatedHost(plan, systemClock), {
      write: bytes => sent.push(bytes) > 0,
      onDrain: () => undefined,
      end: () => undefined,
    })
    session.push(open)
    // The quickest of several: whatever else the machine does only adds to it.
    const tookMs = Array.from({ length: 15 }, () => {
      const startedAt = performance.now()
      session.push(poll)
      return performance.now() - startedAt
    })
    expect(sent.at(-1)?.byteLength).toBeGreaterThan(1_000 * plan.machines.length)
    expect(Math.min(...tookMs)).toBeLessThan(5)
    session.close()
  }
})
