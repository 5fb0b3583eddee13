import { expect, test } from 'vitest'
import { hostCpu, hostMemory } from '#demo/rpc/host-procedures.ts'
import { machineStats } from '#demo/rpc/domain-stats.ts'
import { hostWatts } from '#demo/ssh/power.ts'
import { planCentre } from '#demo/plan/centre.ts'
import type { Clock } from '#lib/clock.ts'
import { SimulatedHost } from './host.ts'
import { destroy, resume, start, suspend } from './lifecycle.ts'

const HOUR_MS = 3_600_000
/** Wednesday 2026-03-11, 10:00 in Asia/Shanghai. */
const morning = Date.UTC(2026, 2, 11, 2)
const night = morning + 16 * HOUR_MS

function clockAt(at: number): Clock & { set: (to: number) => void } {
  let now = at
  return { now: () => now, monotonic: () => now, sleep: () => Promise.resolve(), set: to => (now = to) }
}
const centreAt = (clock: Clock, seed = 1) => planCentre(seed, 8).map(plan => new SimulatedHost(plan, clock, 0))

const numbers = (host: SimulatedHost, at: number): Map<string, bigint> =>
  new Map(
    [...host.machines.values()].flatMap(machine =>
      machineStats(host, machine, 0, at)
        .filter(({ type }) => type === 'ullong')
        .map(({ name, value }) => [`${machine.config.name} ${name}`, BigInt(value)] as const),
    ),
  )
const counters =
  /(cpu|vcpu\.\d+)\.(time|user|system|delay)$|net\.\d+\.[rt]x\.(bytes|pkts)$|block\.\d+\.(rd|wr|fl)\.|_fault$|last-update$/

test('tells the same figures at the same time for the same seed, whenever it was opened', () => {
  const [early, late] = [centreAt(clockAt(morning)), centreAt(clockAt(morning + 5 * HOUR_MS))]
  const at = morning + 6 * HOUR_MS
  for (const [index, host] of early.entries())
    expect(numbers(late[index] as SimulatedHost, at)).toEqual(numbers(host, at))
})

test('tells other figures for another seed', () => {
  const [one] = centreAt(clockAt(morning))
  const [other] = centreAt(clockAt(morning), 2)
  expect(numbers(other as SimulatedHost, morning)).not.toEqual(numbers(one as SimulatedHost, morning))
})

test('counts up only, from poll to poll', () => {
  for (const host of centreAt(clockAt(morning))) {
    let last = numbers(host, morning)
    const fallen: string[] = []
    for (let poll = 1; poll <= 40; poll++) {
      const now = numbers(host, morning + poll * 15_000)
      for (const [name, value] of last) if (counters.test(name) && (now.get(name) ?? -1n) < value) fallen.push(name)
      last = now
    }
    expect(fallen).toEqual([])
  }
})

test('keeps guests within their memory and their sum within the host', () => {
  const hosts = centreAt(clockAt(morning))
  for (const host of hosts) {
    for (let hour = 0; hour < 48; hour += 3) {
      const at = morning + hour * HOUR_MS
      const { freeKiB, buffersKiB, cachedKiB } = hostMemory(host, at)
      expect(freeKiB).toBeGreaterThan(0)
      expect(host.machineRssKiB(at) + freeKiB + buffersKiB + cachedKiB).toBeLessThan(host.memoryKiB)
      for (const machine of host.machines.values()) {
        if (!machine.live) continue
        const memory = machine.memory(at, machine.read(at).upMs)
        expect(memory.usableKiB).toBeLessThan(memory.availableKiB)
        expect(memory.unusedKiB).toBeGreaterThan(0)
        expect(memory.unusedKiB + memory.cachesKiB).toBeLessThan(memory.availableKiB)
        expect(memory.availableKiB).toBeLessThan(machine.live.memoryKiB)
      }
    }
  }
})

test('accounts for all CPU time of the host, and never more than it has', () => {
  for (const host of centreAt(clockAt(morning))) {
    for (let hour = 0; hour < 168; hour++) {
      const [from, until] = [morning + hour * HOUR_MS, morning + hour * HOUR_MS + 15_000]
      const [before, after] = [hostCpu(host, from), hostCpu(host, until)]
      const idle = after.idleMs - before.idleMs
      const rest = after.kernelMs + after.userMs + after.iowaitMs - before.kernelMs - before.userMs - before.iowaitMs
      expect(idle).toBeGreaterThan(0)
      expect(idle + rest).toBeCloseTo(15_000 * host.threads, 0)
    }
  }
})

test('is busier by day than by night, and draws more power', () => {
  const hosts = centreAt(clockAt(morning))
  const busy = (host: SimulatedHost, at: number) => host.machineCpuMs(at + HOUR_MS) - host.machineCpuMs(at)
  const total = (value: (host: SimulatedHost) => number) => hosts.reduce((sum, host) => sum + value(host), 0)
  expect(total(host => busy(host, morning))).toBeGreaterThan(1.7 * total(host => busy(host, night)))
  expect(total(host => hostWatts(host, morning))).toBeGreaterThan(1.1 * total(host => hostWatts(host, night)))
  for (const host of hosts) {
    const [idle = 0, full = 0] = [host.plan.model.watts[0], host.plan.model.watts.at(-1)]
    expect(hostWatts(host, morning)).toBeGreaterThan(idle)
    expect(hostWatts(host, morning)).toBeLessThan(1.4 * full)
  }
})

test('holds a machine’s counters while it is paused and starts them from zero with a new process', async () => {
  const clock = clockAt(morning)
  const [host] = centreAt(clock) as [SimulatedHost]
  const machine = [...host.machines.values()].find(({ isActive }) => isActive)
  if (!machine) throw new Error('nothing runs')
  suspend(host, machine)
  const paused = machine.cpuMs(morning)
  expect(machine.cpuMs(morning + HOUR_MS)).toBe(paused)
  clock.set(morning + HOUR_MS)
  resume(host, machine)
  clock.set(morning + 2 * HOUR_MS)
  const before = hostCpu(host, clock.now())
  expect(machine.cpuMs(clock.now())).toBeGreaterThan(paused)
  await destroy(host, machine)
  const after = hostCpu(host, clock.now())
  expect(after.userMs).toBeCloseTo(before.userMs, 3)
  await start(host, machine)
  expect(machine.cpuMs(clock.now())).toBe(0)
})

test('refuses to start what would leave the host no memory', async () => {
  const hosts = centreAt(clockAt(morning))
  const full = hosts[0] as SimulatedHost
  const off = [...full.machines.values()].filter(({ isActive }) => !isActive)
  for (const machine of off) {
    machine.config = { ...machine.config, memoryKiB: 64 * 1024 ** 2, currentMemoryKiB: 64 * 1024 ** 2 }
    await expect(start(full, machine)).rejects.toMatchObject({ code: 1, domain: 10 })
  }
  expect(off.length).toBeGreaterThan(0)
})
