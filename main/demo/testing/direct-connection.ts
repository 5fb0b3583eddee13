import { Duplex } from 'node:stream'
import type { SimulatedHost } from '#demo/host/host.ts'
import { RpcSession } from '#demo/rpc/session.ts'

/** A libvirt connection to a simulated host without SSH in between. */
export function connectTo(host: SimulatedHost): Duplex {
  let drained = (): void => undefined
  const duplex = new Duplex({
    read: () => drained(),
    write: (chunk: Buffer, _encoding, done) => {
      session.push(chunk)
      done()
    },
    final: done => {
      session.close()
      done()
    },
  })
  const session = new RpcSession(host, {
    write: bytes => duplex.push(bytes),
    onDrain: action => {
      drained = () => {
        drained = () => undefined
        setImmediate(action)
      }
    },
    end: () => duplex.push(null),
  })
  duplex.once('close', () => session.close())
  return duplex
}
