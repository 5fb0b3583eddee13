import { once } from 'node:events'
import { createConnection } from 'node:net'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { startLab, type Lab } from '#lab/index.ts'
import { SimulatedHost } from '#demo/host/host.ts'
import { planCentre, type HostPlan } from '#demo/plan/centre.ts'
import { systemClock } from '#lib/clock.ts'
import { conformance } from './conformance.ts'
import type { Subject } from './conformance/subject.ts'
import { connectTo } from './testing/direct-connection.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ hosts: 1, drivers: ['qemu'], guests: 1, smallPoolMib: 96 })
}, 120_000)
afterAll(() => lab?.stop())

const real = (): Subject => ({
  connect: async () => {
    const socket = createConnection(lab.host(0).localSocket)
    await once(socket, 'connect')
    return socket
  },
  arch: 'x86_64',
  pool: 'default',
  freeFolder: `/var/lib/libvirt/conformance-${process.pid}`,
  bridge: `cf${process.pid % 100_000}`,
})

function simulated(arch: string): Subject {
  const plan = planCentre(1, 8).find(({ model }) => model.arch === arch) as HostPlan
  const host = new SimulatedHost(plan, systemClock, 0)
  const connect = () => Promise.resolve(connectTo(host))
  return { connect, arch, pool: 'default', freeFolder: '/var/lib/libvirt/conformance', bridge: 'cf0' }
}

const [x86, arm] = [simulated('x86_64'), simulated('aarch64')]
const subjects: readonly (readonly [name: string, subject: () => Subject])[] = [
  ['a simulated x86 host', () => x86],
  ['a simulated ARM host', () => arm],
  ['libvirtd', real],
]

describe.each(subjects)('%s', (_, subject) => {
  for (const { title, check } of conformance) test(title, () => check(subject()))
})
