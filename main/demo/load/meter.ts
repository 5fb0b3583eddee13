import { unitAt } from '#demo/plan/hash.ts'
import { busyUntil, type Activity } from './activity.ts'
import { channel, type Channel } from './guest-figures.ts'

const channels = Object.keys(channel) as readonly Channel[]

/** Share of the machine's load that one of its virtual CPUs takes, 0.8..1: no CPU is busy for longer than time passes. */
const vcpuWeight = (seed: number, vcpu: number): number => 0.8 + 0.2 * unitAt(seed + 21, vcpu)

export type MeterReading = {
  /** Busy ms of each virtual CPU since the machine was started. */
  readonly vcpuMs: readonly number[]
  /** The same work as other parts of the machine see it, ms × virtual CPUs. */
  readonly workMs: Readonly<Record<Channel, number>>
  /** How long it has been running since its start, pauses left out. */
  readonly upMs: number
}

/** Counts one machine's work while it runs. Costs nothing between readings: work is a function of time. */
export class Meter {
  readonly #activity: Activity
  #vcpuMs: number[] = []
  #workMs: Record<Channel, number> = { cpu: 0, diskRead: 0, diskWrite: 0, netIn: 0, netOut: 0 }
  #upMs = 0
  #vcpus = 0
  #since: number | null = null

  constructor(activity: Activity) {
    this.#activity = activity
  }

  /** From zero, as a new process. */
  start(at: number, vcpus: number): void {
    this.#vcpuMs = new Array<number>(vcpus).fill(0)
    this.#workMs = { cpu: 0, diskRead: 0, diskWrite: 0, netIn: 0, netOut: 0 }
    this.#upMs = 0
    this.#vcpus = vcpus
    this.#since = at
  }

  /** Keeps the counters and stops the work; without effect when it does not run. */
  pause(at: number): void {
    const reading = this.read(at)
    this.#vcpuMs = [...reading.vcpuMs]
    this.#workMs = { ...reading.workMs }
    this.#upMs = reading.upMs
    this.#since = null
  }

  resume(at: number): void {
    this.#since ??= at
  }

  /** Virtual CPUs come or go while the machine runs. */
  setVcpus(at: number, vcpus: number): void {
    const wasRunning = this.#since !== null
    this.pause(at)
    while (this.#vcpuMs.length < vcpus) this.#vcpuMs.push(0)
    this.#vcpus = vcpus
    if (wasRunning) this.resume(at)
  }

  /** @param at  ms since 1970; a time before the last change counts as that change */
  read(at: number): MeterReading {
    const since = this.#since
    if (since === null || at <= since) return { vcpuMs: this.#vcpuMs, workMs: this.#workMs, upMs: this.#upMs }
    const { seed } = this.#activity
    const passed = (part: number) => busyUntil(this.#activity, at, part) - busyUntil(this.#activity, since, part)
    const cpu = passed(channel.cpu)
    const workMs = { ...this.#workMs }
    for (const name of channels) workMs[name] += (name === 'cpu' ? cpu : passed(channel[name])) * this.#vcpus
    const vcpuMs = this.#vcpuMs.map((ms, vcpu) => (vcpu < this.#vcpus ? ms + cpu * vcpuWeight(seed, vcpu) : ms))
    return { vcpuMs, workMs, upMs: this.#upMs + (at - since) }
  }
}
