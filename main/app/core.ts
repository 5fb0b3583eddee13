import { randomUUID } from 'node:crypto'
import type { Job } from '#contract/jobs.ts'
import type { Platform } from '#contract/site.ts'
import type { Request } from '#contract/requests.ts'
import type { Actor } from '#core/audit/index.ts'
import { vmIdOf } from '#core/deploy/index.ts'
import { openFleet, openRegistry, type Fleet } from '#core/fleet/index.ts'
import { openHost, type HostsPort } from '#core/hosts/index.ts'
import { OneTimeLinks, openPeople, openSessions, openTokens, type ScryptCost } from '#core/identity/index.ts'
import { openMetrics } from '#core/metrics/index.ts'
import { GrantBook, openAdoption, openApproval, openIntake, openReview } from '#core/requests/index.ts'
import { openSite } from '#core/site/index.ts'
import { openTenants } from '#core/tenants/index.ts'
import { Board } from '#lib/board.ts'
import { systemClock, type Clock } from '#lib/clock.ts'
import { next } from '#lib/records.ts'
import { seal, unseal } from '#lib/seal.ts'
import { Database, metricsMigrations, migrations, openMetricsStore, openSiteStore } from '#store/index.ts'
import { findKnownHosts, type KnownHosts } from '#wire/ssh/index.ts'
import { fleetPort, fillBoards, openWork, type Boards, type WorkOptions } from './joints.ts'
import type { SiteDir } from './site-dir.ts'
import { coreVersion } from './version.ts'

export type CoreOptions = WorkOptions & {
  readonly dir: SiteDir
  readonly clock?: Clock
  /** A bug, or something that should not happen; the core goes on. */
  readonly onError: (error: unknown) => void
  /** Cost of a password hash; the default is meant for people, tests take a cheaper one. */
  readonly passwordCost?: ScryptCost
}

/** Joins the rooms over one site directory. Nothing here decides anything. */
export async function openCore(options: CoreOptions) {
  const { dir, clock = systemClock, onError } = options
  const database = await Database.open({ file: dir.database, migrations, clock })
  const figures = await Database.open({
    file: dir.metrics,
    migrations: metricsMigrations,
    clock,
    synchronous: 'normal',
  })
  const store = openSiteStore(database)
  const site = await openSite(store)
  let platforms: readonly Platform[] = await site.platforms()
  let known: KnownHosts = { entries: (await store.knownKeys.get('known_hosts'))?.entries ?? [], problems: [] }

  const epoch = randomUUID()
  const boards: Boards = {
    requests: new Board<Request>({ epoch, clock }),
    jobs: new Board<Job>({ epoch, clock }),
    holders: new Map(),
  }
  const book = new GrantBook(await store.grants.list())
  const hostsPort: HostsPort = {
    clock,
    siteKey: () => Promise.resolve(dir.siteKey),
    knownFingerprints: (address, port) =>
      Promise.resolve(
        findKnownHosts(known, address, port)
          .filter(entry => entry.marker === null)
          .map(entry => entry.fingerprint),
      ),
    agentSocket: process.env['SSH_AUTH_SOCK'],
  }
  const registry = openRegistry({
    hosts: store.hosts,
    secrets: store.secrets,
    committer: database,
    seal: (text, context) => seal(dir.key, text, context),
    unseal: (sealed, context) => unseal(dir.key, sealed, context),
    grantsOn: hostId => book.onHost(hostId).length,
  })
  const metrics = openMetrics({ clock, store: openMetricsStore(figures, clock.now), onError })
  const fleetVms: { fleet?: Fleet } = {}
  const fleet = await openFleet({
    clock,
    random: Math.random,
    epoch,
    pollIntervalMs: site.settings().pollIntervalMs,
    openHost: (target, signal) => openHost(hostsPort, target, signal),
    metrics,
    store: fleetPort(store, registry, book, boards, vmId => fleetVms.fleet?.vms.get(vmId) !== undefined),
    onError,
  })
  fleetVms.fleet = fleet

  const tenants = openTenants(store)
  const ports = { store, clock, fleet, book, boards, site, tenants, onError }
  const { jobs, requestPorts, useIntake } = openWork(ports, options)
  const intake = openIntake(requestPorts)
  useIntake(intake)
  const approve = openApproval(requestPorts, book)
  const adopt = openAdoption(
    requestPorts,
    book,
    vmId => fleet.vms.get(vmId),
    vmIds => fleet.refreshLabels(vmIds),
  )
  const review = openReview(requestPorts, book, intake, vmId => fleet.vms.get(vmId))
  await fillBoards(ports, intake, jobs)
  for (const host of await registry.all()) fleet.add(host)
  await jobs.recover()

  return {
    dir,
    clock,
    version: coreVersion,
    store,
    site,
    tenants,
    registry,
    fleet,
    metrics,
    jobs,
    intake,
    approve,
    adopt,
    review,
    book,
    hostsPort,
    siteKey: dir.siteKey,
    requestBoard: boards.requests,
    jobBoard: boards.jobs,
    people: openPeople(store, options.passwordCost),
    sessions: openSessions(store, clock, () => site.settings().idleLockMinutes * 60_000, options.passwordCost),
    tokens: openTokens(store, clock),
    links: new OneTimeLinks(),
    vmIdOf,
    knownPlatforms: () => platforms,
    /** Waits for a change of the platforms and takes them in. */
    changedPlatforms: async <T>(change: Promise<T>): Promise<T> => {
      const result = await change
      platforms = await site.platforms()
      return result
    },
    importKnownHosts: async (actor: Actor, entries: KnownHosts['entries']): Promise<void> => {
      const before = await store.knownKeys.get('known_hosts')
      const after = before ? next(before, { entries }) : { source: 'known_hosts' as const, entries, version: 1 }
      const subject = { kind: 'site', id: 'known_hosts', name: 'known_hosts' }
      const expect = [before ? store.knownKeys.seen(before) : store.knownKeys.absent('known_hosts')]
      const audit = [{ actor, action: 'hosts.importKnownHosts', subject, data: { entries: entries.length } }]
      await database.commit({ expect, writes: [store.knownKeys.put(after)], audit })
      known = { entries, problems: [] }
    },
    /** Stops work between two steps, closes every connection, then the store. */
    close: async (): Promise<void> => {
      await jobs.close()
      await fleet.close()
      await metrics.close()
      await figures.close()
      await database.close()
    },
  }
}
export type Core = Awaited<ReturnType<typeof openCore>>
