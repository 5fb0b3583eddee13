import type { Activity } from '#demo/load/activity.ts'
import type { HostPlan } from '#demo/plan/centre.ts'
import { threadsOf } from '#demo/plan/hardware.ts'
import { HOST_RESERVE_GIB } from '#demo/plan/machines.ts'
import { macOf, mix, seedOf, unitAt, uuidOf } from '#demo/plan/hash.ts'
import type { Clock } from '#lib/clock.ts'
import type { EventBody, EventName } from '#wire/libvirt/index.ts'
import { fault, origin } from './faults.ts'
import { SimulatedMachine } from './machine.ts'
import type { SimulatedNetwork } from './network.ts'
import { plannedDefinition } from './planned.ts'
import { SimulatedPool, growingAllocation, type Volume } from './storage.ts'

/** A change on the host, as its subscribers hear of it; the session adds the number of the subscription. */
export type HostEvent = {
  [N in EventName]: { readonly name: N; readonly body: Omit<EventBody<N>, 'callbackID'> }
}[EventName]

const DAY_MS = 86_400_000
const KIB_PER_GIB = 1024 ** 2
/** Of the memory in the slots: what firmware and kernel take before they count. */
const KERNEL_SHARE = 0.985

/** Hosts and machines were started in the 300 days from here on. */
const STARTED_FROM = Date.UTC(2025, 0, 1)

/**
 * When something was started: an instant of its own, so that its counters are the same whenever the simulator is opened.
 * A clock that is behind it sees the same day of an earlier year.
 */
function startOf(seed: number, now: number): number {
  const at = STARTED_FROM + 300 * DAY_MS * unitAt(seed, 41)
  return at - 365 * DAY_MS * Math.max(0, Math.ceil((at - now) / (365 * DAY_MS)))
}

/** What a host's machines, pools and networks are at the moment, in memory only. */
export class SimulatedHost {
  readonly plan: HostPlan
  readonly clock: Clock
  /** Shortens or removes the time that a start, a stop or a guest's shutdown takes; 1 = as in life. */
  readonly pace: number
  readonly threads: number
  readonly memoryKiB: number
  readonly bootedAt: number
  readonly machines = new Map<string, SimulatedMachine>()
  readonly pools = new Map<string, SimulatedPool>()
  readonly networks = new Map<string, SimulatedNetwork>()
  /** Errors that the next call of a procedure gets, by its name. */
  readonly planted = new Map<string, Error[]>()
  /** ms that the host's clock is ahead. */
  clockAheadMs = 0
  readonly #listeners = new Set<(event: HostEvent) => void>()
  #retiredCpuMs = 0
  #nextId = 1
  #nextTap = 0
  #fresh = 0

  constructor(plan: HostPlan, clock: Clock, pace = 1) {
    this.plan = plan
    this.clock = clock
    this.pace = pace
    this.threads = threadsOf(plan.model)
    this.memoryKiB = Math.floor(plan.model.memoryGiB * KIB_PER_GIB * KERNEL_SHARE)
    const now = clock.now()
    this.bootedAt = startOf(plan.seed, now)
    this.#build(now)
  }

  get arch(): string {
    return this.plan.model.arch
  }

  /** Virtual CPUs that are awake on the host now, and a clock that may be wrong on purpose. */
  now(): number {
    return this.clock.now()
  }

  subscribe(listener: (event: HostEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  emit<N extends EventName>(name: N, body: Omit<EventBody<N>, 'callbackID'>): void {
    // The pair is of one member of the union; TypeScript does not follow that through the generic.
    const event = { name, body } as unknown as HostEvent
    for (const listener of this.#listeners) listener(event)
  }

  freshUuid(): string {
    return uuidOf(seedOf(this.plan.seed, 'fresh', this.now(), this.#fresh++))
  }

  freshMac(): string {
    return macOf(seedOf(this.plan.seed, 'mac', this.now(), this.#fresh++))
  }

  takeId(): number {
    return this.#nextId++
  }

  takeTaps(count: number): readonly string[] {
    return Array.from({ length: count }, () => `vnet${this.#nextTap++}`)
  }

  /** CPU time of a process that has ended still belongs to the host's past. */
  retire(cpuMs: number): void {
    this.#retiredCpuMs += cpuMs
  }

  /** CPU time that machines have used since the host was booted, ms over all threads. */
  machineCpuMs(at: number): number {
    let sum = this.#retiredCpuMs
    for (const machine of this.machines.values()) if (machine.isActive) sum += machine.cpuMs(at)
    return sum
  }

  /** Memory that running machines hold now, KiB. */
  machineRssKiB(at: number): number {
    let sum = 0
    for (const machine of this.machines.values()) {
      if (machine.isActive) sum += machine.memory(at, machine.read(at).upMs).rssKiB
    }
    return sum
  }

  /** @throws {LibvirtFault} 1, as qemu fails, when the running machines would leave the host no memory */
  checkMemoryFor(memoryKiB: number): void {
    let promised = HOST_RESERVE_GIB * KIB_PER_GIB + memoryKiB
    for (const { live } of this.machines.values()) promised += live?.currentMemoryKiB ?? 0
    if (promised <= this.plan.model.memoryGiB * KIB_PER_GIB) return
    const at = new Date(this.now()).toISOString().replace('Z', '000Z')
    throw fault(
      1,
      origin.qemu,
      `process exited while connecting to monitor: ${at} qemu-system-${this.arch}: cannot set up guest memory 'pc.ram': Cannot allocate memory`,
    )
  }

  /** Load of a machine that was defined here: light office work, from its UUID. */
  activityFor(uuid: string): Activity {
    const seed = mix(this.plan.seed, seedOf(uuid))
    return { rhythm: 'office', floorFraction: 0.01, peakFraction: 0.12 + 0.2 * unitAt(seed, 1), burstMs: 0, seed }
  }

  #build(now: number): void {
    const { plan } = this
    for (const network of plan.networks) {
      this.networks.set(network.name, { ...network, forward: 'bridge', rest: [], isActive: true, isPersistent: true, autostart: true }) // prettier-ignore
    }
    for (const poolPlan of plan.pools) {
      const pool = new SimulatedPool(poolPlan, true)
      this.pools.set(pool.name, pool)
      for (const { name, capacityBytes, usedBytes } of poolPlan.templates) {
        pool.add(imageVolume(name, capacityBytes, () => usedBytes, this.bootedAt))
      }
    }
    const images = this.pools.get('default')
    for (const machinePlan of plan.machines) {
      for (const [index, disk] of machinePlan.disks.entries()) {
        const allocation = growingAllocation(disk.capacityBytes, mix(machinePlan.seed, 50 + index))
        images?.add(imageVolume(disk.volume, disk.capacityBytes, allocation, this.bootedAt))
      }
      const machine = new SimulatedMachine(plannedDefinition(machinePlan, this.arch), machinePlan.activity, true)
      machine.autostart = machinePlan.autostart
      this.machines.set(machinePlan.uuid, machine)
      if (machinePlan.isRunning) {
        const startedAt = Math.max(this.bootedAt + 120_000, startOf(machinePlan.seed, now))
        machine.start(Math.min(startedAt, now), this.takeId(), this.takeTaps(1))
      }
    }
  }
}

const imageVolume = (name: string, capacityBytes: number, allocationBytes: (at: number) => number, createdAt: number): Volume =>
  ({ name, format: 'qcow2', capacityBytes, allocationBytes, createdAt, content: null }) // prettier-ignore
