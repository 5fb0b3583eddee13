import { libvirtCode } from '#wire/libvirt/index.ts'
import { unitAt } from '#demo/plan/hash.ts'
import type { Definition } from './definition.ts'
import { errno, fault, origin, systemFault } from './faults.ts'
import { machineByName, volumeAt } from './find.ts'
import type { SimulatedHost } from './host.ts'
import { SimulatedMachine } from './machine.ts'

const { DomainEventType: Happened, DomainShutoffReason, DomainPausedReason } = libvirtCode
const added = { DEFINED: { ADDED: 0, UPDATED: 1, RENAMED: 2 } } as const

/** As in life, before `pace` shortens them. */
const START_MS = 350
const DESTROY_MS = 180

const lifecycle = (host: SimulatedHost, machine: SimulatedMachine, event: number, detail: number, ref = machine.ref) =>
  host.emit('domainLifecycle', { dom: ref, event, detail })

const pause = (host: SimulatedHost, ms: number): Promise<void> =>
  host.pace === 0 ? Promise.resolve() : host.clock.sleep(ms * host.pace)

function checkIdentity(host: SimulatedHost, { name, uuid }: Definition): void {
  const same = host.machines.get(uuid)
  if (same && same.config.name !== name) {
    throw fault(9, origin.domain, `domain '${same.config.name}' is already defined with uuid ${uuid}`)
  }
  const namesake = machineByName(host, name)
  if (namesake && namesake.config.uuid !== uuid) {
    throw fault(9, origin.domain, `domain '${name}' already exists with uuid ${namesake.config.uuid}`)
  }
}

/** Stores a definition: a new machine, or another configuration of one that exists. */
export function define(host: SimulatedHost, definition: Definition): SimulatedMachine {
  checkIdentity(host, definition)
  const known = host.machines.get(definition.uuid)
  if (known) {
    known.config = definition
    known.isPersistent = true
    lifecycle(host, known, Happened.DEFINED, added.DEFINED.UPDATED)
    return known
  }
  const machine = new SimulatedMachine(definition, host.activityFor(definition.uuid), true)
  host.machines.set(definition.uuid, machine)
  lifecycle(host, machine, Happened.DEFINED, added.DEFINED.ADDED)
  return machine
}

/** Starts a machine that vanishes when it stops. */
export async function createTransient(
  host: SimulatedHost,
  definition: Definition,
  paused: boolean,
): Promise<SimulatedMachine> {
  checkIdentity(host, definition)
  const known = host.machines.get(definition.uuid)
  if (known?.isActive) throw fault(55, origin.domain, `domain '${definition.name}' is already active`)
  const machine = known ?? new SimulatedMachine(definition, host.activityFor(definition.uuid), false)
  host.machines.set(definition.uuid, machine)
  try {
    await start(host, machine, paused)
  } catch (error) {
    if (!machine.isPersistent) host.machines.delete(definition.uuid)
    throw error
  }
  return machine
}

function checkDisks(host: SimulatedHost, { disks }: Definition): void {
  for (const { source } of disks) {
    if (source.kind === 'none') continue
    if (source.kind === 'volume') {
      const pool = host.pools.get(source.pool)
      if (!pool) throw fault(49, origin.storage, `no storage pool with matching name '${source.pool}'`)
      if (!pool.isActive) {
        throw fault(67, origin.domain, `storage pool '${pool.name}' containing volume '${source.volume}' is not active`)
      }
      if (pool.volumes.has(source.volume)) continue
      throw fault(50, origin.storage, `no storage vol with matching name '${source.volume}'`)
    }
    if (volumeAt(host, source.path) || isOutsidePools(host, source.path)) continue
    throw systemFault(
      origin.storage,
      errno.ENOENT,
      `Cannot access storage file '${source.path}': No such file or directory`,
    )
  }
}

/** Devices of the host are taken as given; files must be in a pool, for nothing else has files here. */
const isOutsidePools = (host: SimulatedHost, path: string): boolean => path.startsWith('/dev/') && host.pools.size > 0

function checkNetworks(host: SimulatedHost, { nics }: Definition): void {
  for (const { source } of nics) {
    if (source.kind === 'network') {
      const network = host.networks.get(source.network)
      if (!network) throw fault(43, origin.network, `no network with matching name '${source.network}'`)
      if (!network.isActive) throw fault(55, origin.network, `network '${network.name}' is not active`)
    }
    if (source.kind === 'bridge' && !host.plan.networks.some(({ bridge }) => bridge === source.bridge)) {
      throw systemFault(origin.none, errno.ENODEV, `Cannot get interface MTU on '${source.bridge}': No such device`)
    }
  }
}

export async function start(host: SimulatedHost, machine: SimulatedMachine, paused = false): Promise<void> {
  await pause(host, START_MS)
  if (machine.isActive) throw fault(55, origin.qemu, 'domain is already running')
  try {
    checkNetworks(host, machine.config)
    checkDisks(host, machine.config)
    host.checkMemoryFor(machine.config.currentMemoryKiB)
  } catch (error) {
    machine.reason = DomainShutoffReason.FAILED
    throw error
  }
  const at = host.now()
  machine.start(at, host.takeId(), host.takeTaps(machine.config.nics.length))
  if (paused) {
    machine.pause(at, DomainPausedReason.USER)
    lifecycle(host, machine, Happened.STARTED, 0)
    lifecycle(host, machine, Happened.SUSPENDED, 0)
    return
  }
  lifecycle(host, machine, Happened.RESUMED, 0)
  lifecycle(host, machine, Happened.STARTED, 0)
}

/** @throws {LibvirtFault} 55 */
function checkRunning(machine: SimulatedMachine, from: number = origin.domain): void {
  if (!machine.isActive) throw fault(55, from, 'domain is not running')
}

/** The process is gone: counters stay with the host, a transient machine vanishes. */
function end(host: SimulatedHost, machine: SimulatedMachine, reason: number, detail: number): void {
  host.retire(machine.stop(host.now(), reason))
  if (!machine.isPersistent) host.machines.delete(machine.config.uuid)
  lifecycle(host, machine, Happened.STOPPED, detail)
}

export async function destroy(host: SimulatedHost, machine: SimulatedMachine): Promise<void> {
  checkRunning(machine)
  await pause(host, DESTROY_MS)
  checkRunning(machine)
  lifecycle(host, machine, Happened.SHUTDOWN, 2)
  end(host, machine, DomainShutoffReason.DESTROYED, 1)
}

/** The guest is asked and takes some seconds; asking again changes nothing. */
function askGuest(host: SimulatedHost, machine: SimulatedMachine, then: () => void): void {
  if (machine.leaving) return
  const waitMs = host.pace * (2_500 + 4_000 * unitAt(machine.activity.seed, machine.id))
  const wait = setTimeout(() => {
    machine.leaving = null
    if (machine.isActive) then()
  }, waitMs)
  wait.unref()
  machine.leaving = wait
}

export function shutdown(host: SimulatedHost, machine: SimulatedMachine): void {
  checkRunning(machine, origin.qemu)
  askGuest(host, machine, () => {
    lifecycle(host, machine, Happened.SHUTDOWN, 1)
    end(host, machine, DomainShutoffReason.SHUTDOWN, 0)
  })
}

/** qemu's process stays and so do its counters: libvirt lets the guest power off and resets the machine. */
export function reboot(host: SimulatedHost, machine: SimulatedMachine): void {
  checkRunning(machine)
  askGuest(host, machine, () => {
    lifecycle(host, machine, Happened.SHUTDOWN, 1)
    host.emit('domainReboot', { dom: machine.ref })
    lifecycle(host, machine, Happened.RESUMED, 0)
  })
}

export function reset(host: SimulatedHost, machine: SimulatedMachine): void {
  checkRunning(machine)
  host.emit('domainReboot', { dom: machine.ref })
}

export function suspend(host: SimulatedHost, machine: SimulatedMachine): void {
  checkRunning(machine)
  if (machine.state === libvirtCode.DomainState.PAUSED) return
  machine.pause(host.now(), DomainPausedReason.USER)
  lifecycle(host, machine, Happened.SUSPENDED, 0)
}

export function resume(host: SimulatedHost, machine: SimulatedMachine): void {
  checkRunning(machine)
  if (machine.state === libvirtCode.DomainState.RUNNING) throw fault(55, origin.qemu, 'domain is already running')
  machine.resume(host.now())
  lifecycle(host, machine, Happened.RESUMED, 0)
}

/** A running machine becomes transient, one that is off is forgotten. */
export function undefine(host: SimulatedHost, machine: SimulatedMachine): void {
  if (!machine.isPersistent) throw fault(55, origin.qemu, 'cannot undefine transient domain')
  machine.isPersistent = false
  machine.autostart = false
  if (!machine.isActive) host.machines.delete(machine.config.uuid)
  lifecycle(host, machine, Happened.UNDEFINED, 0)
}

export function rename(host: SimulatedHost, machine: SimulatedMachine, name: string): void {
  if (machine.isActive) throw fault(55, origin.qemu, 'cannot rename active domain')
  if (machineByName(host, name)) throw fault(55, origin.qemu, `domain with name '${name}' already exists`)
  lifecycle(host, machine, Happened.UNDEFINED, 1)
  machine.config = { ...machine.config, name }
  lifecycle(host, machine, Happened.DEFINED, added.DEFINED.RENAMED)
}
