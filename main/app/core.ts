import { randomUUID } from 'node:crypto'
import type { VmId } from '#contract/ids.ts'
import type { Job } from '#contract/jobs.ts'
import type { Platform } from '#contract/site.ts'
import type { Request } from '#contract/requests.ts'
import { openFleet, openRegistry, type Fleet } from '#core/fleet/index.ts'
import { openHost, type HostsPort } from '#core/hosts/index.ts'
import { OneTimeLinks, openPeople, openSessions, openTokens, type ScryptCost } from '#core/identity/index.ts'
import { openMetrics } from '#core/metrics/index.ts'
import { GrantBook, openAdoption, openApproval, openIntake, openReview } from '#core/requests/index.ts'
import { openSite, type Site } from '#core/site/index.ts'
import { openTenants } from '#core/tenants/index.ts'
import { Board } from '#lib/board.ts'
import { systemClock, type Clock } from '#lib/clock.ts'
import { seal, unseal } from '#lib/seal.ts'
import {
  Database,
  metricsMigrations,
  migrations,
  openMetricsStore,
  openSiteStore,
  type SiteStore,
} from '#store/index.ts'
import { fleetPort, fillBoards, openWork, type Boards, type Parts, type WorkOptions } from './joints.ts'
import { openKnownKeys, type KnownKeys } from './known-keys.ts'
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
  const { dir, clock = systemClock } = options
  const databases = await openDatabases(dir, clock)
  try {
    const store = openSiteStore(databases.site)
    const people = openIdentity(store, clock, options.passwordCost)
    const site = await openSite(store)
    const rooms = await openRooms({ ...options, clock, epoch: randomUUID() }, store, databases.figures, site)
    const platforms = await followPlatforms(site)
    return {
      ...{ dir, clock, version: coreVersion, siteKey: dir.siteKey, store, site },
      ...rooms,
      ...platforms,
      ...people(() => site.settings().idleLockMinutes * 60_000),
      /** Resolves when a database has died: nothing can be answered any more, and nothing closed in good order. */
      lost: Promise.race([databases.site.lost, databases.figures.lost]),
      /** Stops work between two steps, closes every connection, then the store. */
      close: async (): Promise<void> => {
        await rooms.jobs.close()
        await rooms.fleet.close()
        await rooms.metrics.close()
        await databases.close()
      },
    }
  } catch (error) {
    await databases.close()
    throw error
  }
}
export type Core = Awaited<ReturnType<typeof openCore>>

async function openDatabases(dir: SiteDir, clock: Clock) {
  const site = await Database.open({ file: dir.database, migrations, clock })
  try {
    const schema = { migrations: metricsMigrations, synchronous: 'normal' } as const
    const figures = await Database.open({ file: dir.metrics, ...schema, clock })
    const close = async (): Promise<void> => {
      await figures.close()
      await site.close()
    }
    return { site, figures, close }
  } catch (error) {
    await site.close()
    throw error
  }
}

const openIdentity = (store: SiteStore, clock: Clock, cost?: ScryptCost) => (idleLockMs: () => number) => ({
  people: openPeople(store, cost),
  sessions: openSessions(store, clock, idleLockMs, cost),
  tokens: openTokens(store, clock),
  links: new OneTimeLinks(),
})

/** The platforms as they are now, without asking the store each time. */
async function followPlatforms(site: Site) {
  let platforms: readonly Platform[] = await site.platforms()
  return {
    knownPlatforms: () => platforms,
    /** Waits for a change of the platforms and takes them in. */
    changedPlatforms: async <T>(change: Promise<T>): Promise<T> => {
      const result = await change
      platforms = await site.platforms()
      return result
    },
  }
}

type RoomOptions = CoreOptions & {
  readonly clock: Clock
  /** Unique to this life of the core: what its boards number. */
  readonly epoch: string
}

async function openRooms(options: RoomOptions, store: SiteStore, figures: Database, site: Site) {
  const { dir, clock, epoch, onError } = options
  const boards: Boards = {
    requests: new Board<Request>({ epoch, clock }),
    jobs: new Board<Job>({ epoch, clock }),
    holders: new Map(),
  }
  const book = new GrantBook(await store.grants.list())
  const registry = openRegistry({
    hosts: store.hosts,
    secrets: store.secrets,
    committer: store.committer,
    seal: (text, context) => seal(dir.key, text, context),
    unseal: (sealed, context) => unseal(dir.key, sealed, context),
    grantsOn: hostId => book.onHost(hostId).length,
  })
  const knownKeys = await openKnownKeys(store)
  const hostsPort = hostsPortOf(dir, clock, knownKeys)
  const metrics = openMetrics({ clock, store: openMetricsStore(figures, clock.now), onError })
  const late: { fleet?: Fleet } = {}
  const isDefined = (vmId: VmId): boolean => late.fleet?.vms.get(vmId) !== undefined
  const fleet = await openFleet({
    ...{ clock, epoch, metrics, onError, random: Math.random },
    pollIntervalMs: site.settings().pollIntervalMs,
    openHost: (target, signal) => openHost(hostsPort, target, signal),
    store: fleetPort(store, registry, book, boards, isDefined),
  })
  late.fleet = fleet
  const tenants = openTenants(store)
  const work = await openDecisions({ store, clock, fleet, book, boards, site, tenants, onError }, options)
  for (const host of await registry.all()) fleet.add(host)
  await work.jobs.recover()
  const shown = { requestBoard: boards.requests, jobBoard: boards.jobs }
  return { tenants, registry, knownKeys, hostsPort, fleet, metrics, book, ...shown, ...work }
}

const hostsPortOf = (dir: SiteDir, clock: Clock, knownKeys: KnownKeys): HostsPort => ({
  clock,
  siteKey: () => Promise.resolve(dir.siteKey),
  knownKeys: (address, port) => Promise.resolve(knownKeys.keysOf(address, port)),
  agentSocket: process.env['SSH_AUTH_SOCK'],
})

/** Requests with what is decided about them, and the jobs that carry it out. */
async function openDecisions(parts: Parts, options: WorkOptions) {
  const { fleet, book } = parts
  const { jobs, requestPorts, useIntake } = openWork(parts, options)
  const intake = openIntake(requestPorts)
  useIntake(intake)
  await fillBoards(parts, intake, jobs)
  const vmOf = (vmId: string) => fleet.vms.get(vmId)
  return {
    jobs,
    intake,
    approve: openApproval(requestPorts, book),
    adopt: openAdoption(requestPorts, book, vmOf, vmIds => fleet.refreshLabels(vmIds)),
    review: openReview(requestPorts, book, intake, vmOf),
  }
}
