import { AppError, faultOf, type Fault } from '#contract/errors.ts'
import { vmIdOf } from '#contract/ids.ts'
import type { Alert } from '#contract/pools.ts'
import type { HostLink, HostVm } from '#core/hosts/index.ts'
import { alertsOf } from './alerts.ts'
import { fromSnapshot, nothingKnown, toSnapshot, type Known } from './known.ts'
import { LinkService } from './link-service.ts'
import type { HostRecord, HostSnapshot } from './model.ts'
import type { FleetParts } from './options.ts'
import { retryAfterMs } from './pace.ts'
import { Poke } from './poke.ts'
import { hostRow, vmRow, type Standing } from './rows.ts'
import { Saver } from './saver.ts'
import { eventOf, hostTable, type HostEvent } from './state-table.ts'

/** The life of one host in the fleet: connect, serve, lose, wait, again. Whatever happens here happens to this host alone. */
export class HostWatch {
  readonly #parts: FleetParts
  readonly #saver: Saver
  readonly #ending = new AbortController()
  readonly #retry = new Poke()
  readonly #running: Promise<void>
  #record: HostRecord
  #known: Known
  #standing: Standing
  /** Ends the present connection or attempt, because the record changed. */
  #attempt = new AbortController()
  #service: LinkService | undefined
  #failures = 0
  alerts: readonly Alert[] = []

  /** @param startsAt when the first attempt may begin, by the monotonic clock */
  constructor(record: HostRecord, snapshot: HostSnapshot | undefined, parts: FleetParts, startsAt: number) {
    this.#parts = parts
    this.#record = record
    this.#known = snapshot ? fromSnapshot(snapshot) : nothingKnown
    this.#standing = { state: 'connecting', since: parts.clock.now(), fault: null }
    this.#saver = new Saver(parts.clock, parts.store, parts.onError)
    this.publish()
    this.#running = this.#run(startsAt)
  }

  /** What tells this machine from all others: a board's id may be a maker's carelessness, so its name counts too. */
  get identity(): string | null {
    const { machineUuid = null, hostname } = this.#known.facts ?? {}
    return machineUuid === null ? null : `${machineUuid}/${hostname}`
  }

  /** @throws {AppError} host/not-connected */
  link(): HostLink {
    return this.#serviceNow().link
  }

  refresh(): Promise<void> {
    return this.#serviceNow().refresh()
  }

  refreshVm(uuid: string): Promise<void> {
    return this.#serviceNow().refreshVm(uuid)
  }

  update(record: HostRecord): void {
    this.#record = record
    this.publish()
  }

  /** The way to the host has changed: address, user, credential or trusted key. Connects anew. */
  reach(record: HostRecord): void {
    this.#record = record
    this.#apply('changed', null)
    this.#failures = 0
    this.#attempt.abort()
    this.#retry.now()
    this.publish()
  }

  retry(): void {
    this.#apply('asked', null)
    this.publish()
    this.#retry.now()
  }

  paceChanged(): void {
    this.#service?.paceChanged()
  }

  /** Forgets the host: its rows go, and nothing of it is saved any more. */
  async remove(): Promise<void> {
    await this.#end()
    await this.#saver.idle()
    const { hosts, vms, metrics } = this.#parts
    for (const uuid of this.#known.vms.keys()) {
      vms.delete(vmIdOf(this.#record.hostId, uuid))
      metrics.forget(vmIdOf(this.#record.hostId, uuid))
    }
    hosts.delete(this.#record.hostId)
    metrics.forget(this.#record.hostId)
  }

  async close(): Promise<void> {
    await this.#end()
    await this.#saver.flush(this.#record.hostId, () => toSnapshot(this.#record.hostId, this.#known))
  }

  /** Puts the host and these of its VMs (all, if not said) on the boards; what did not change stays untouched there. */
  publish(uuids: Iterable<string> = this.#known.vms.keys()): void {
    const { hosts, vms, metrics, store, clock } = this.#parts
    const { hostId, platformId } = this.#record
    const row = hostRow(this.#record, this.#standing, this.#known, store.reservedOn(hostId), metrics.cpuTrend(hostId))
    const seen = { isKnown: this.#standing.state === 'up', seenAt: this.#known.seenAt ?? this.#standing.since }
    for (const uuid of uuids) {
      const known = this.#known.vms.get(uuid)
      if (!known) continue
      const vmId = vmIdOf(hostId, uuid)
      vms.put(vmId, vmRow(this.#record, seen, known, store.labelsOf(vmId, platformId), metrics.cpuTrend(vmId)))
    }
    const machines = [...this.#known.vms.values()].map(each => each.vm)
    const isHeld = ({ uuid }: HostVm): boolean => store.labelsOf(vmIdOf(hostId, uuid), platformId).departmentId !== null
    const strays = machines.filter(vm => vm.mark !== null && !isHeld(vm))
    this.alerts = alertsOf(row, { vms: machines, strays, faults: this.#known.faults }, this.alerts, clock.now())
    hosts.put(hostId, row)
  }

  #serviceNow(): LinkService {
    if (this.#service) return this.#service
    throw new AppError('host/not-connected', { hostId: this.#record.hostId })
  }

  async #end(): Promise<void> {
    this.#ending.abort()
    this.#attempt.abort()
    await this.#running
  }

  async #run(startsAt: number): Promise<void> {
    const { clock } = this.#parts
    const { signal } = this.#ending
    try {
      await this.#retry.wait(clock, Math.max(startsAt - clock.monotonic(), 0), signal)
      while (!signal.aborted) {
        await this.#connect()
        await this.#pause(signal)
      }
    } catch (error) {
      if (!signal.aborted) this.#parts.onError(error)
    }
  }

  /** Until the connection is lost, could not be made, or is no longer wanted. */
  async #connect(): Promise<void> {
    this.#attempt = new AbortController()
    const signal = AbortSignal.any([this.#ending.signal, this.#attempt.signal])
    let service: LinkService | undefined
    try {
      const { hostId, address, port, user, uri, fingerprint } = this.#record
      const credential = await this.#parts.store.credentialOf(hostId)
      const link = await this.#parts.openHost({ hostId, address, port, user, uri, fingerprint, credential }, signal)
      service = new LinkService(link, this.#parts, {
        known: () => this.#known,
        learn: known => this.#learn(known),
        isUp: () => this.#answered(service),
      })
      await service.run(signal)
    } catch (error) {
      if (!signal.aborted) this.#failed(error)
    } finally {
      this.#service = undefined
      await service?.close()
    }
  }

  /** The first full answer of a connection: from now on others may use it. */
  #answered(service: LinkService | undefined): void {
    this.#service = service
    this.#failures = 0
    this.#apply('answered', null)
    this.publish()
  }

  #failed(error: unknown): void {
    if (!(error instanceof AppError)) this.#parts.onError(error)
    this.#service = undefined
    this.#apply(error instanceof AppError ? eventOf(error) : 'failed', faultOf(error))
    this.publish()
  }

  /** After a loss or a failure; a blocked host waits for a person. */
  async #pause(signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#parts
    const { state, fault } = this.#standing
    if (state === 'connecting') return
    const forMs = state === 'blocked' || !fault ? Infinity : retryAfterMs(fault, this.#failures++, random)
    // A timer holds no more than 24 days.
    await this.#retry.wait(clock, Math.min(forMs, 2 ** 31 - 1), signal)
  }

  #learn(known: Known): void {
    const { hostId } = this.#record
    const { vms, metrics, onChange } = this.#parts
    const before = this.#known
    this.#known = known
    for (const uuid of before.vms.keys()) {
      if (known.vms.has(uuid)) continue
      vms.delete(vmIdOf(hostId, uuid))
      metrics.forget(vmIdOf(hostId, uuid))
    }
    // When the host was seen shows in every row of its VMs.
    const isSeen = before.seenAt !== known.seenAt
    this.publish(
      isSeen ? known.vms.keys() : [...known.vms.keys()].filter(uuid => known.vms.get(uuid) !== before.vms.get(uuid)),
    )
    for (const uuid of new Set([...before.vms.keys(), ...known.vms.keys()])) {
      const [from, to] = [before.vms.get(uuid)?.vm, known.vms.get(uuid)?.vm]
      if (from !== to && !isSameShape(from, to)) this.#saver.changed()
      if (from?.state !== to?.state) {
        onChange({ kind: 'vm', vmId: vmIdOf(hostId, uuid), from: from?.state ?? null, to: to?.state ?? null })
      }
    }
    if (before.facts !== known.facts || before.pools !== known.pools) this.#saver.changed()
    this.#saver.tick(hostId, () => toSnapshot(hostId, this.#known))
  }

  #apply(event: HostEvent, fault: Fault | null): void {
    const { state: from, since } = this.#standing
    const to = hostTable[from][event]
    const isBad = to === 'silent' || to === 'blocked'
    const kept = isBad ? (fault ?? this.#standing.fault) : null
    this.#standing = { state: to, since: from === to ? since : this.#parts.clock.now(), fault: kept }
    if (from !== to) this.#parts.onChange({ kind: 'host', hostId: this.#record.hostId, from, to })
  }
}

type Machine = HostSnapshot['vms'][number]

/** Whether a restart could tell the two apart; how full a disk is just now does not count. */
function isSameShape(a: Machine | undefined, b: Machine | undefined): boolean {
  if (!a || !b) return false
  return (
    a.name === b.name &&
    a.title === b.title &&
    a.state === b.state &&
    a.vcpus === b.vcpus &&
    a.memoryBytes === b.memoryBytes &&
    a.diskBytes === b.diskBytes
  )
}
