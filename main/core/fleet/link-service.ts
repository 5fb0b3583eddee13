import { AppError, faultOf } from '#contract/errors.ts'
import { vmIdOf } from '#contract/ids.ts'
import type { HostLink, Poll, VmPoll } from '#core/hosts/index.ts'
import type { Sample } from '#core/metrics/index.ts'
import { withInventory, withPoll, withVm, type Known } from './known.ts'
import type { FleetParts } from './options.ts'
import { maxGapMs, nextPollAt, pollDeadlineMs } from './pace.ts'
import { Poke } from './poke.ts'

/** The daemon looks at its hypervisor before its first answer. */
const FIRST_ANSWER_MS = 20_000
/** A rate needs two readings; the second one does not wait for a whole interval. */
const FIRST_RATES_MS = 3_000
/** Not everything is told by events, on old daemons least of all. */
const LISTING_MS = 60_000
const CLOCK_MS = 180_000
/** Events come in bursts: define, start, resume. */
const DEBOUNCE_MS = 100
const PARTS_DEBOUNCE_MS = 500
/** With more VMs to look at than that, one listing costs less. */
const ONE_BY_ONE_MAX = 32

type Host = {
  readonly known: () => Known
  readonly learn: (known: Known) => void
  /** Called once, when the first full answer is in. */
  readonly isUp: () => void
}

/** Serves one open connection until it is of no more use: polls, listings, the clock, and what the host tells by itself. */
export class LinkService {
  readonly link: HostLink
  readonly #parts: FleetParts
  readonly #host: Host
  readonly #pace = new Poke()
  readonly #listing = new Poke()
  #isPartsNews = false
  readonly #ending = new AbortController()
  readonly #unclear = new Set<string>()
  #looking: Promise<void> | undefined
  #refusals = 0

  constructor(link: HostLink, parts: FleetParts, host: Host) {
    this.link = link
    this.#parts = parts
    this.#host = host
  }

  /** @throws {AppError} why the connection ended; the signal's reason */
  async run(signal: AbortSignal): Promise<void> {
    const either = AbortSignal.any([signal, this.#ending.signal])
    const gone = this.link.closed.then(error => Promise.reject(error))
    const unsubscribe = [
      this.link.onVmChanged(uuid => this.#look([uuid])),
      this.link.onPartsChanged(() => {
        this.#isPartsNews = true
        this.#listing.now()
      }),
    ]
    try {
      await Promise.race([gone, this.#serve(either)])
    } finally {
      for (const stop of unsubscribe) stop()
      this.#end()
    }
  }

  async close(): Promise<void> {
    this.#end()
    await this.link.close()
  }

  paceChanged(): void {
    this.#pace.now()
  }

  async refresh(): Promise<void> {
    await this.#list(this.#ending.signal)
  }

  async refreshVm(uuid: string): Promise<void> {
    const readAt = this.#parts.clock.monotonic()
    const vm = await this.link.findVm(uuid, { signal: this.#ending.signal })
    this.#host.learn(withVm(this.#host.known(), uuid, vm, readAt))
  }

  async #serve(signal: AbortSignal): Promise<void> {
    await this.#first(signal)
    this.#host.isUp()
    await Promise.all([this.#polls(signal), this.#listings(signal), this.#clockOffsets(signal)])
  }

  #end(): void {
    // Whoever waits for an answer hears that there will be none.
    this.#ending.abort(new AppError('host/lost', { hostId: this.link.hostId }))
  }

  /** Facts, listing and first figures side by side; only with all of them the host counts as up. */
  async #first(signal: AbortSignal): Promise<void> {
    const options = { signal, deadlineMs: FIRST_ANSWER_MS }
    const readAt = this.#parts.clock.monotonic()
    const [facts, inventory, poll] = await Promise.all([
      this.link.facts(options),
      this.link.inventory(options),
      this.link.poll(options),
    ])
    signal.throwIfAborted()
    const known = withInventory({ ...this.#seen(), facts }, inventory, readAt)
    this.#learnPoll(known, poll, readAt)
  }

  async #polls(signal: AbortSignal): Promise<void> {
    const { clock, settings } = this.#parts
    for (let beganAt = clock.monotonic() - Math.max(0, settings.pollIntervalMs - FIRST_RATES_MS); ;) {
      await this.#until(() => nextPollAt(beganAt, settings.pollIntervalMs, clock.monotonic()), signal)
      beganAt = clock.monotonic()
      const poll = await this.#poll(signal)
      signal.throwIfAborted()
      if (poll) this.#learnPoll(this.#host.known(), poll, beganAt)
    }
  }

  /** Undefined: the daemon answered, but with a refusal; the second one in a row counts. */
  async #poll(signal: AbortSignal): Promise<Poll | undefined> {
    try {
      const poll = await this.link.poll({ signal, deadlineMs: pollDeadlineMs(this.#parts.settings.pollIntervalMs) })
      this.#refusals = 0
      return poll
    } catch (error) {
      const isRefusal = error instanceof AppError && error.code === 'libvirt/failed'
      if (!isRefusal || ++this.#refusals > 1) throw error
      return undefined
    }
  }

  async #listings(signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts
    for (;;) {
      if (!this.#isPartsNews) await this.#listing.wait(clock, LISTING_MS, signal)
      await clock.sleep(PARTS_DEBOUNCE_MS, signal)
      this.#isPartsNews = false
      await this.#listOrSayWhyNot(signal)
    }
  }

  /** Polls tell that the host lives; that pools and networks are those of an earlier listing, nobody else would. */
  async #listOrSayWhyNot(signal: AbortSignal): Promise<void> {
    try {
      await this.#list(signal)
    } catch (error) {
      if (!(error instanceof AppError) || signal.aborted) throw error
      this.#host.learn({ ...this.#host.known(), faults: [faultOf(error)] })
    }
  }

  async #clockOffsets(signal: AbortSignal): Promise<void> {
    for (;;) {
      const clockOffsetMs = await tolerant(this.link.clockOffsetMs({ signal }))
      signal.throwIfAborted()
      if (clockOffsetMs !== undefined) this.#host.learn({ ...this.#host.known(), clockOffsetMs })
      await this.#parts.clock.sleep(CLOCK_MS, signal)
    }
  }

  async #list(signal: AbortSignal): Promise<void> {
    const readAt = this.#parts.clock.monotonic()
    const inventory = await this.link.inventory({ signal })
    signal.throwIfAborted()
    this.#host.learn(withInventory(this.#seen(), inventory, readAt))
  }

  #learnPoll(before: Known, poll: Poll, readAt: number): void {
    const { metrics, settings } = this.#parts
    const gapMs = maxGapMs(settings.pollIntervalMs)
    const { hostId } = this.link
    const sample = metrics.record(hostId, poll.host, gapMs)
    const sampleOf = (vm: VmPoll): Sample | null =>
      vm.reading.life < 0 ? null : metrics.record(vmIdOf(hostId, vm.uuid), vm.reading, gapMs)
    const polled = poll.vms.map(vm => ({ poll: vm, sample: sampleOf(vm) }))
    const { known, unclear } = withPoll({ ...before, seenAt: this.#parts.clock.now(), sample }, polled, readAt)
    this.#host.learn(known)
    this.#look(unclear)
  }

  /** What is known, as of now: the host has just answered. */
  #seen(): Known {
    return { ...this.#host.known(), seenAt: this.#parts.clock.now() }
  }

  /** Waits until a moment that a change of the pace may move. */
  async #until(moment: () => number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts
    for (let restMs = moment() - clock.monotonic(); restMs > 0; restMs = moment() - clock.monotonic()) {
      await this.#pace.wait(clock, restMs, signal)
    }
    signal.throwIfAborted()
  }

  /** Has VMs looked at one by one, soon; those that change meanwhile are looked at again. */
  #look(uuids: readonly string[]): void {
    for (const uuid of uuids) this.#unclear.add(uuid)
    if (this.#unclear.size === 0 || this.#looking) return
    this.#looking = this.#lookAtAll()
      .catch((error: unknown) => {
        // The connection is gone, or going: whoever serves it says so.
        if (!(error instanceof AppError) && !this.#ending.signal.aborted) this.#parts.onError(error)
      })
      .finally(() => (this.#looking = undefined))
  }

  async #lookAtAll(): Promise<void> {
    const { signal } = this.#ending
    while (this.#unclear.size > 0) {
      await this.#parts.clock.sleep(DEBOUNCE_MS, signal)
      const uuids = [...this.#unclear]
      this.#unclear.clear()
      if (uuids.length > ONE_BY_ONE_MAX) await tolerant(this.#list(signal))
      else await Promise.all(uuids.map(uuid => tolerant(this.refreshVm(uuid))))
    }
  }
}

/** What fails here fails without harm: it is tried again, and a host that is gone is noticed by its polls. */
async function tolerant<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}
