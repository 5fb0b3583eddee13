import type { Clock } from '#lib/clock.ts'
import { libvirtCode, type DomainStats, type Libvirt } from '#wire/libvirt/index.ts'
import { readDomain, type DomainFacts } from './domain-facts.ts'
import { isLibvirtCode, type Limit } from './errors.ts'
import type { HostVm, VmPoll } from './model.ts'
import { inParallel } from './parallel.ts'
import { readVmStats } from './stats.ts'
import { XmlError } from './xml.ts'

const { DomainStatsTypes: group, ConnectGetAllDomainStatsFlags: flag, ErrorCode } = libvirtCode
/**
 * What a poll and a listing show. A group more costs each running VM about a millisecond of its daemon; how many virtual
 * CPUs are plugged in, no event tells.
 */
const GROUPS = group.STATE | group.CPU_TOTAL | group.BALLOON | group.VCPU | group.INTERFACE | group.BLOCK
const DEFINITIONS_AT_A_TIME = 8

/** Reads VMs; knows their definitions, so that a poll need not ask for them. */
export class VmReader {
  readonly #bulk: Libvirt
  readonly #clock: Clock
  /** Null: the definition cannot be read. */
  readonly #definitions = new Map<string, DomainFacts | null>()
  /** Definitions that changed since they were read; until they are read anew they are better than none. */
  readonly #outdated = new Set<string>()
  #noWait: number = flag.NOWAIT

  constructor(bulk: Libvirt, clock: Clock) {
    this.#bulk = bulk
    this.#clock = clock
  }

  /** All VMs in one call; a VM that is busy with something else tells less, but holds nobody up. */
  async poll(limit: Limit): Promise<readonly VmPoll[]> {
    const records = await this.#stats(limit)
    return records.map(record => this.#readPoll(record, this.#definitions.get(record.domain.uuid) ?? null))
  }

  /** All VMs with their definitions, which are fetched only where they are not known. */
  async list(limit: Limit): Promise<readonly HostVm[]> {
    const records = await this.#stats(limit)
    const uuids = new Set(records.map(record => record.domain.uuid))
    for (const kept of [this.#definitions, this.#outdated])
      for (const uuid of kept.keys()) if (!uuids.has(uuid)) kept.delete(uuid)
    const unread = records.filter(({ domain: { uuid } }) => !this.#definitions.has(uuid) || this.#outdated.has(uuid))
    await inParallel(unread, DEFINITIONS_AT_A_TIME, ({ domain }) => this.#define(this.#bulk, domain, limit))
    return records.map(record => this.#toVm(record, this.#definitions.get(record.domain.uuid) ?? null))
  }

  /** One VM, its definition read anew; null: there is none. */
  async find(libvirt: Libvirt, uuid: string, limit: Limit): Promise<HostVm | null> {
    try {
      const { dom } = await libvirt.call('domainLookupByUuid', { uuid }, limit())
      const definition = await this.#define(libvirt, dom, limit)
      const [record] = await libvirt.getAllDomainStats({
        domains: [dom],
        stats: GROUPS,
        flags: this.#noWait,
        ...limit(),
      })
      return record ? this.#toVm(record, definition) : null
    } catch (error) {
      if (isLibvirtCode(error, ErrorCode.NO_DOMAIN)) return null
      throw error
    }
  }

  /** The definition changed: it is read anew at the next occasion. */
  forget(uuid: string): void {
    this.#outdated.add(uuid)
  }

  async #stats(limit: Limit): Promise<readonly DomainStats[]> {
    try {
      return await this.#bulk.getAllDomainStats({ stats: GROUPS, flags: this.#noWait, ...limit() })
    } catch (error) {
      // A driver that cannot wait does not know how not to.
      const isNotKnown = isLibvirtCode(error, ErrorCode.INVALID_ARG, ErrorCode.ARGUMENT_UNSUPPORTED)
      if (!isNotKnown || this.#noWait === 0) throw error
      this.#noWait = 0
      return await this.#bulk.getAllDomainStats({ stats: GROUPS, flags: 0, ...limit() })
    }
  }

  /** Reads a definition and remembers it; null: there is none, or it cannot be read. */
  async #define(libvirt: Libvirt, dom: DomainStats['domain'], limit: Limit): Promise<DomainFacts | null> {
    // A change from here on may come too late for the answer, so it counts anew.
    this.#outdated.delete(dom.uuid)
    try {
      const { xml } = await libvirt.call('domainGetXmlDesc', { dom }, limit())
      const facts = readDomain(xml)
      this.#definitions.set(dom.uuid, facts)
      return facts
    } catch (error) {
      if (isLibvirtCode(error, ErrorCode.NO_DOMAIN)) return null
      if (!(error instanceof XmlError)) {
        this.#outdated.add(dom.uuid)
        throw error
      }
      this.#definitions.set(dom.uuid, null)
      return null
    }
  }

  #readPoll({ domain, params }: DomainStats, facts: DomainFacts | null): VmPoll {
    const moment = { monotonicMs: this.#clock.monotonic(), at: this.#clock.now() }
    return readVmStats(domain, name => params.get(name), facts, moment)
  }

  #toVm(record: DomainStats, facts: DomainFacts | null): HostVm {
    const { uuid, name, state, reason, vcpus, memoryBytes, diskBytes, diskUsedBytes } = this.#readPoll(record, facts)
    return {
      ...{ uuid, name, title: facts?.title ?? null, state, reason },
      vcpus: vcpus ?? facts?.vcpus ?? 0,
      memoryBytes: memoryBytes ?? facts?.memoryBytes ?? 0,
      ...{ diskBytes, diskUsedBytes, mark: facts?.mark ?? null },
    }
  }
}
