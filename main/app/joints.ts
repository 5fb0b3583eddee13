import type { JobKind, Job } from '#contract/jobs.ts'
import { Request, RequestState } from '#contract/requests.ts'
import { AppError, faultOf, type Fault } from '#contract/errors.ts'
import { HostId, type JobId, type VmId } from '#contract/ids.ts'
import { changePower, createVm, type DeployPorts } from '#core/deploy/index.ts'
import type { Fleet, FleetPort, Registry } from '#core/fleet/index.ts'
import type { HostLink } from '#core/hosts/index.ts'
import { jobView, openJobs, type Boundary, type JobHandler, type JobRecord, type Jobs } from '#core/jobs/index.ts'
import {
  requestArrows,
  settleAllocation,
  type GrantBook,
  type Intake,
  type RequestPorts,
  type RequestRecord,
} from '#core/requests/index.ts'
import type { Site } from '#core/site/index.ts'
import type { Tenants } from '#core/tenants/index.ts'
import type { Board } from '#lib/board.ts'
import type { Clock } from '#lib/clock.ts'
import type { SiteStore } from '#store/index.ts'

export type Boards = {
  readonly requests: Board<Request>
  readonly jobs: Board<Job>
  /** The job that holds a VM now. */
  readonly holders: Map<VmId, JobId>
}
export type Parts = {
  readonly store: SiteStore
  readonly clock: Clock
  readonly fleet: Fleet
  readonly book: GrantBook
  readonly boards: Boards
  readonly site: Site
  readonly tenants: Tenants
  readonly onError: (error: unknown) => void
}

/** How long jobs wait; what is left out is the usual time. */
export type Patience = {
  /** For a host that is just coming up, before the step fails. */
  readonly linkMs?: number
  /** For an act to show on the host. */
  readonly actsMs?: NonNullable<DeployPorts['deadlinesMs']>
  /** For what a host was told and did not answer to show after all. */
  readonly lateMs?: number
}
export type WorkOptions = {
  readonly patience?: Patience
  readonly onBoundary?: (boundary: Boundary) => void | Promise<void>
}
const linkPatienceMs = 45_000
const boardLimit = 2_000
const boardSpanMs = 30 * 86_400_000
const endedStates: readonly Job['state'][] = ['done', 'undone', 'failed', 'abandoned', 'superseded']

/** What the fleet asks of grants and jobs. */
export function fleetPort(
  store: SiteStore,
  registry: Registry,
  book: GrantBook,
  boards: Boards,
  isDefined: (vmId: VmId) => boolean,
): FleetPort {
  return {
    load: async () => (await store.snapshots.list()).map(row => row.snapshot),
    save: (_, snapshot) =>
      store.committer.commit({ writes: [store.snapshots.put({ snapshot, version: 1 })], audit: [] }),
    credentialOf: hostId => registry.credentialOf(hostId),
    reservedOn: hostId => {
      const coming = book.reservedOn(hostId).filter(grant => !isDefined(grant.vmId))
      return {
        vcpus: coming.reduce((sum, grant) => sum + grant.amounts.vcpus, 0),
        memoryBytes: coming.reduce((sum, grant) => sum + grant.amounts.memoryBytes, 0),
      }
    },
    labelsOf: (vmId, platformId) => {
      const grant = book.forVm(vmId) ?? book.forMoved(vmId, platformId, isDefined)
      const { departmentId = null, applicationId = null } = grant ?? {}
      return { departmentId, applicationId, jobId: boards.holders.get(vmId) ?? null }
    },
    granted: () =>
      book.all().flatMap(({ state, vmId, vmName }) => (state === 'active' ? [{ vmId, name: vmName }] : [])),
  }
}

type Wait = { readonly patienceMs: number; readonly signal: AbortSignal }

async function linkTo(fleet: Fleet, clock: Clock, hostId: string, { patienceMs, signal }: Wait): Promise<HostLink> {
  const until = clock.monotonic() + patienceMs
  for (;;) {
    try {
      return fleet.link(HostId.parse(hostId))
    } catch (error) {
      if (clock.monotonic() > until) throw error
      await clock.sleep(250, signal)
    }
  }
}

/** Jobs and requests, joined: a job's end settles its request, and both show on their boards. */
export function openWork(parts: Parts, options: WorkOptions) {
  const { store, clock, fleet, boards, site, tenants, onError } = parts
  const { onBoundary, patience = {} } = options
  const deploy: DeployPorts = {
    clock,
    deadlinesMs: patience.actsMs ?? {},
    ...(patience.lateMs === undefined ? {} : { lateMs: patience.lateMs }),
    linkTo: (hostId, signal) => linkTo(fleet, clock, hostId, { patienceMs: patience.linkMs ?? linkPatienceMs, signal }),
    refresh: hostId => fleet.refresh(HostId.parse(hostId)),
  }
  const handlers = {
    'vm.create': createVm(deploy, settleAllocation({ ...store, clock })) as unknown as JobHandler,
    'vm.start': changePower(deploy, 'start'),
    'vm.shutdown': changePower(deploy, 'shutdown'),
    'vm.reboot': changePower(deploy, 'reboot'),
    'vm.force-off': changePower(deploy, 'force-off'),
  } satisfies { [K in JobKind]: JobHandler }
  const stepFault = (error: unknown): Fault => {
    if (!(error instanceof AppError)) onError(error)
    return faultOf(error)
  }
  const late: { intake?: Intake } = {}
  const show = (request: RequestRecord) => {
    void late.intake?.view(request).then(view => showRequest(boards, view, onError), onError)
  }
  const jobs = openJobs({
    jobs: store.jobs,
    locks: store.locks,
    committer: store.committer,
    clock: parts.clock,
    handlers,
    faultOf: stepFault,
    onChange: job => {
      showJob(boards, job)
      fleet.refreshLabels([job.vmId])
      if (job.requestId && endedStates.includes(job.state)) void settled(parts, job).then(show, onError)
    },
    ...(onBoundary ? { onBoundary } : {}),
  })
  const requestPorts: RequestPorts = {
    requests: store.requests,
    grants: store.grants,
    ledgers: store.ledgers,
    committer: store.committer,
    clock,
    site,
    tenants,
    jobs,
    hostsOf: platformId => fleet.hosts.rows().filter(host => host.platformId === platformId),
    onChange: show,
    onGrant: grant => fleet.refreshReserved([grant.hostId]),
  }
  return { jobs, requestPorts, useIntake: (intake: Intake) => void (late.intake = intake) }
}

function showJob({ jobs, holders }: Boards, job: JobRecord): void {
  jobs.put(job.jobId, jobView(job))
  if (!endedStates.includes(job.state)) holders.set(job.vmId, job.jobId)
  else if (holders.get(job.vmId) === job.jobId) holders.delete(job.vmId)
  trim(jobs, row => (endedStates.includes(row.state) ? row.jobId : null))
}

/** A request that the contract does not know in this form would end everybody's stream, so it is reported instead. */
function showRequest({ requests }: Boards, view: Request, onError: (error: unknown) => void): void {
  const shown = requests.get(view.requestId)
  if (shown && shown.version > view.version) return
  const { success, error } = Request.safeParse(view)
  if (!success) return onError(new Error(`request ${view.requestId} cannot be shown`, { cause: error }))
  requests.put(view.requestId, view)
  trim(requests, row => (isDecided(row) ? row.requestId : null))
}

const isDecided = (request: Pick<Request, 'state'>): boolean => Object.keys(requestArrows[request.state]).length === 0

/** A board shows all that is open, and of the rest what changed last. `keyOf` gives null for what is open. */
function trim<Row>(board: Board<Row>, keyOf: (row: Row) => string | null): void {
  if (board.size <= boardLimit) return
  const [oldest] = board.rows().flatMap(row => keyOf(row) ?? [])
  if (oldest !== undefined) board.delete(oldest)
}

/** After a job ended: its grant and request as they are stored now. */
async function settled({ store, book, fleet }: Parts, job: JobRecord) {
  const grants = await store.grants.list({ requestId: job.requestId ?? '' })
  for (const grant of grants) book.put(grant)
  fleet.refreshLabels([job.vmId])
  fleet.refreshReserved([job.hostId])
  const stored = await store.requests.get(job.requestId ?? '')
  if (!stored) throw new Error(`job ${job.jobId} has no request`)
  return stored
}

/** What the boards show at start: everything open, and the newest of the rest. */
export async function fillBoards({ store, clock, boards, onError }: Parts, intake: Intake, jobs: Jobs): Promise<void> {
  const openStates = RequestState.options.filter(state => !isDecided({ state }))
  const [waiting, newest] = await Promise.all([
    store.requests.list({ state: openStates }, { orderBy: 'submittedAt' }),
    store.requests.list({}, { orderBy: 'submittedAt', descending: true, limit: boardLimit }),
  ])
  for (const request of [...newest.filter(isDecided).toReversed(), ...waiting])
    showRequest(boards, await intake.view(request), onError)
  for (const job of await jobs.recent(clock.now() - boardSpanMs, boardLimit)) showJob(boards, job)
}
