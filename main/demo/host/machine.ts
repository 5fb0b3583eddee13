import { guestMemory, intensityOf, type GuestMemory, type Intensity } from '#demo/load/guest-figures.ts'
import { Meter, type MeterReading } from '#demo/load/meter.ts'
import type { Activity } from '#demo/load/activity.ts'
import { libvirtCode } from '#wire/libvirt/index.ts'
import type { Definition } from './definition.ts'

const { DomainState, DomainRunningReason, DomainShutoffReason } = libvirtCode

/** Time that qemu's own threads take beside the virtual CPUs. */
const EMULATOR_SHARE = 0.015
const EMULATOR_IDLE_SHARE = 0.002

/** One virtual machine on a simulated host: configuration, state, and counters as functions of time. */
export class SimulatedMachine {
  /** What the next start uses; of a transient machine, what it runs with. */
  config: Definition
  /** What it runs with; null when it is off. */
  live: Definition | null = null
  id = -1
  state: number = DomainState.SHUTOFF
  reason: number = DomainShutoffReason.UNKNOWN
  isPersistent: boolean
  autostart = false
  /** Network devices of the host that belong to it while it runs, `vnet0` and so on. */
  taps: readonly string[] = []
  /** Virtual CPUs that it was started with: these cannot be taken away while it runs. */
  bootVcpus = 0
  /** Runs out when a guest that was asked to shut down has done so. */
  leaving: NodeJS.Timeout | null = null
  readonly activity: Activity
  readonly intensity: Intensity
  readonly #meter: Meter

  constructor(config: Definition, activity: Activity, isPersistent: boolean) {
    this.config = config
    this.activity = activity
    this.isPersistent = isPersistent
    this.intensity = intensityOf(activity.seed)
    this.#meter = new Meter(activity)
  }

  get isActive(): boolean {
    return this.live !== null
  }

  /** What is in force: the running configuration, else the stored one. */
  get current(): Definition {
    return this.live ?? this.config
  }

  get ref(): { name: string; uuid: string; id: number } {
    return { name: this.config.name, uuid: this.config.uuid, id: this.id }
  }

  start(at: number, id: number, taps: readonly string[]): void {
    this.live = this.config
    this.id = id
    this.taps = taps
    this.state = DomainState.RUNNING
    this.reason = DomainRunningReason.BOOTED
    this.bootVcpus = this.live.currentVcpus
    this.#meter.start(at, this.bootVcpus)
  }

  /** @returns the CPU time it had used, ms; the host has been busy for it */
  stop(at: number, reason: number): number {
    const usedMs = this.cpuMs(at)
    if (this.leaving) clearTimeout(this.leaving)
    this.leaving = null
    this.#meter.pause(at)
    this.live = null
    this.id = -1
    this.taps = []
    this.state = DomainState.SHUTOFF
    this.reason = reason
    return usedMs
  }

  pause(at: number, reason: number): void {
    this.#meter.pause(at)
    this.state = DomainState.PAUSED
    this.reason = reason
  }

  resume(at: number): void {
    this.#meter.resume(at)
    this.state = DomainState.RUNNING
    this.reason = DomainRunningReason.UNPAUSED
  }

  setLiveVcpus(at: number, live: Definition): void {
    this.live = live
    this.#meter.setVcpus(at, live.currentVcpus)
  }

  /** CPU time of the whole process since its start, ms. */
  cpuMs(at: number, reading: MeterReading = this.read(at)): number {
    const vcpus = reading.vcpuMs.reduce((sum, ms) => sum + ms, 0)
    return vcpus * (1 + EMULATOR_SHARE) + reading.upMs * EMULATOR_IDLE_SHARE
  }

  /** Counters since the start; zero when it is off. */
  read(at: number): MeterReading {
    return this.#meter.read(at)
  }

  memory(at: number, upMs: number): GuestMemory {
    return guestMemory(this.activity, this.current.currentMemoryKiB, upMs, at)
  }
}
