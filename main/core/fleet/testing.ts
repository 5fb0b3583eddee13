import { HostId, PlatformId } from '#contract/ids.ts'
import { openHost, type HostLink, type HostTarget } from '#core/hosts/index.ts'
import { openMetrics, type SubjectSample } from '#core/metrics/index.ts'
import { systemClock, type Clock } from '#lib/clock.ts'
import { openFleet } from './fleet.ts'
import type { Granted, HostRecord, HostSnapshot } from './model.ts'
import type { FleetChange } from './options.ts'

/** A real machine as tests know it. */
export type Machine = {
  readonly name: string
  readonly address: string
  readonly port: number
  readonly user: string
  readonly uri: string
  readonly privateKeyPem: string
  readonly hostKeyFingerprint: string
}

export const recordOf = (machine: Machine): HostRecord => ({
  hostId: HostId.parse(machine.name),
  platformId: PlatformId.parse('p1'),
  name: machine.name.toUpperCase(),
  address: machine.address,
  port: machine.port,
  user: machine.user,
  uri: machine.uri,
  origin: 'reused',
  ...{ model: null, serial: null, rack: 'A01' },
  fingerprint: machine.hostKeyFingerprint,
  version: 1,
})

export type TestFleetOptions = {
  readonly clock?: Clock
  readonly pollIntervalMs?: number
  /** What an earlier fleet left behind. */
  readonly snapshots?: Map<HostId, HostSnapshot>
  readonly granted?: readonly Granted[]
  readonly openHost?: (target: HostTarget, signal: AbortSignal) => Promise<HostLink>
}

/** A fleet over machines, with stores in memory. */
export async function openTestFleet(machines: readonly Machine[], options: TestFleetOptions = {}) {
  const { clock = systemClock, pollIntervalMs = 1_000, snapshots = new Map<HostId, HostSnapshot>() } = options
  const errors: unknown[] = []
  const changes: FleetChange[] = []
  const samples: SubjectSample[] = []
  const onError = (error: unknown): void => void errors.push(error)
  const store = {
    append: (batch: readonly SubjectSample[]) => Promise.resolve(void samples.push(...batch)),
    range: () => Promise.resolve([]),
  }
  const metrics = openMetrics({ clock, store, onError })
  const [privateKeyPem = ''] = machines.map(machine => machine.privateKeyPem)
  const port = {
    clock,
    siteKey: () => Promise.resolve(privateKeyPem),
    knownKeys: () => Promise.resolve({ trusted: [], revoked: [] }),
    agentSocket: undefined,
  }
  const fleet = await openFleet({
    ...{ clock, random: Math.random, epoch: 'test', pollIntervalMs, metrics, onError },
    openHost: options.openHost ?? ((target, signal) => openHost(port, target, signal)),
    onChange: change => changes.push(change),
    store: {
      load: () => Promise.resolve([...snapshots.values()]),
      save: (hostId, snapshot) => Promise.resolve(void snapshots.set(hostId, structuredClone(snapshot))),
      credentialOf: () => Promise.resolve({ kind: 'site-key' }),
      reservedOn: () => ({ vcpus: 0, memoryBytes: 0 }),
      labelsOf: () => ({ departmentId: null, applicationId: null, jobId: null }),
      granted: () => options.granted ?? [],
    },
  })
  for (const machine of machines) fleet.add(recordOf(machine))
  const close = async (): Promise<void> => {
    await fleet.close()
    await metrics.close()
  }
  return { fleet, errors, changes, samples, snapshots, close }
}
