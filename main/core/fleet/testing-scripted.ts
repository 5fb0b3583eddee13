import { AppError } from '#contract/errors.ts'
import { HostId } from '#contract/ids.ts'
import type { CallOptions, HostLink, HostTarget, HostVm, Inventory, Poll } from '#core/hosts/index.ts'
import { manualClock } from '#lib/manual-clock.ts'
import { openTestFleet, type Machine, type TestFleetOptions } from './testing.ts'

export const machine = (name: string): Machine => ({
  ...{ name, address: name, port: 22, user: 'root', uri: 'qemu:///system' },
  ...{ privateKeyPem: '', hostKeyFingerprint: `SHA256:${name}` },
})
export const vmOf = (uuid: string, change: Partial<HostVm> = {}): HostVm => ({
  ...{ uuid, name: uuid, title: null, state: 'running', reason: 1, vcpus: 2, memoryBytes: 1_000 },
  ...{ diskBytes: null, diskUsedBytes: null, mark: null },
  ...change,
})
const facts = {
  ...{
    machineUuid: 'm1',
    hostname: 'h',
    arch: 'x86_64',
    cpuModel: null,
    sockets: 1,
    cores: 2,
    cpuThreads: 4,
    memoryBytes: 8_000,
  },
  ...{
    libvirtVersion: '9.0.0',
    hypervisorVersion: null,
    model: 'NF5280',
    serial: null,
    virtualisation: 'kvm' as const,
  },
}

/** What a test decides of a machine's answers, and what it can see of the questions. */
function freshScript() {
  return {
    vms: [vmOf('a')],
    machineUuid: null as string | null,
    /** Why it cannot be opened now. */
    refusal: undefined as AppError | undefined,
    /** Why it cannot be listed now. */
    unlisted: undefined as AppError | undefined,
    isHung: false,
    opened: [] as number[],
    polled: [] as number[],
    open: 0,
    listed: 0,
    looked: 0,
    whenListed: (): void => undefined,
    tellParts: (): void => undefined,
    lose: (_error: AppError): void => undefined,
    tell: (_uuid: string): void => undefined,
  }
}
type Script = ReturnType<typeof freshScript>
type TestClock = ReturnType<typeof manualClock>

function pollOf(script: Script, clock: TestClock): Poll {
  const reading = {
    ...{ monotonicMs: clock.monotonic(), at: clock.now(), life: 1 },
    ...{ cpuBusyMs: clock.monotonic() / 2, cpuTotalMs: null, cpuThreads: 1 },
    ...{ memoryUsedBytes: 500, diskBytes: 0, networkBytes: 0 },
  }
  const told = { isRedefined: false, diskBytes: null, diskUsedBytes: null, reading }
  return { host: reading, vms: script.vms.map(vm => ({ ...vm, ...told })) }
}

function inventoryOf(script: Script): Inventory {
  script.listed++
  script.whenListed()
  return { vms: script.vms, pools: [], networks: [], faults: [], unread: [] }
}

function readingOf(script: Script, clock: TestClock, hostId: HostId) {
  const answer = <T>(value: T, options?: CallOptions): Promise<T> =>
    script.isHung
      ? new Promise((_, reject) =>
          options?.signal?.addEventListener('abort', () => reject(options.signal?.reason as Error)),
        )
      : Promise.resolve(value)
  return {
    facts: options => answer({ ...facts, machineUuid: script.machineUuid ?? hostId }, options),
    inventory: options => (script.unlisted ? Promise.reject(script.unlisted) : answer(inventoryOf(script), options)),
    poll: options => {
      script.polled.push(clock.monotonic())
      const late = new AppError('host/silent', { hostId, waitedMs: options?.deadlineMs ?? 0 })
      const deadline = clock.sleep(options?.deadlineMs ?? 15_000, options?.signal).then(() => Promise.reject(late))
      return Promise.race([answer(pollOf(script, clock), options), deadline])
    },
    clockOffsetMs: () => answer(0),
    findVm: (uuid, options) => {
      script.looked++
      return answer(script.vms.find(vm => vm.uuid === uuid) ?? null, options)
    },
  } satisfies Partial<HostLink>
}

function linkOf(script: Script, clock: TestClock, hostId: HostId): HostLink {
  const { promise: closed, resolve } = Promise.withResolvers<AppError>()
  script.lose = resolve
  const never = (): Promise<never> => Promise.reject(new AppError('host/lost', { hostId }))
  return {
    ...{ hostId, closed, rebootOf: () => 'unheard' },
    ...readingOf(script, clock, hostId),
    onVmChanged: listener => {
      script.tell = listener
      return () => undefined
    },
    onPartsChanged: listener => {
      script.tellParts = listener
      return () => undefined
    },
    ...{ vmState: never, describeVm: never, defineVm: never, startVm: never, shutdownVm: never, rebootVm: never },
    ...{ forceOffVm: never, undefineVm: never, createVolume: never, findVolume: never, deleteVolume: never },
    close: () => {
      script.open--
      resolve(new AppError('host/lost', { hostId }))
      return Promise.resolve()
    },
  }
}

/** A machine whose answers a test decides. */
function scripted(clock: TestClock) {
  const script = freshScript()
  const open = (target: HostTarget): Promise<HostLink> => {
    script.opened.push(clock.monotonic())
    if (script.refusal) return Promise.reject(script.refusal)
    script.open++
    return Promise.resolve(linkOf(script, clock, target.hostId))
  }
  return { script, open }
}

/** A fleet of scripted machines, with a clock that a test moves. */
export async function fleetOf(names: readonly string[], options: TestFleetOptions = {}) {
  const clock = manualClock()
  const machines = new Map(names.map(name => [name, scripted(clock)]))
  const openHost = (target: HostTarget) => (machines.get(target.hostId)?.open ?? Promise.reject)(target)
  const opened = await openTestFleet(names.map(machine), { clock, openHost, pollIntervalMs: 15_000, ...options })
  const scriptOf = (name: string) => {
    const found = machines.get(name)?.script
    if (!found) throw new Error(`no machine ${name}`)
    return found
  }
  const host = (name: string) => opened.fleet.hosts.get(name)
  const vm = (name: string, uuid: string) => opened.fleet.vms.get(`${name}.${uuid}`)
  return { ...opened, clock, scriptOf, host, vm }
}
export const lost = (name: string): AppError => new AppError('host/lost', { hostId: HostId.parse(name) })
