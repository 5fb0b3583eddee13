import type { Overview } from '#contract/pools.ts'
import { holdToDepartment } from '#core/requests/index.ts'
import type { Core } from './core.ts'
import { feed } from './feed.ts'
import type { Os } from './guard.ts'
import { overviewOf } from './overview.ts'

const overviewEveryMs = 1_000

export const requestHandlers = (os: Os, core: Core) => ({
  watch: os.requests.watch.handler(({ input, context, signal }) => {
    const { departmentId } = context.caller
    return feed(
      core.requestBoard,
      input.since,
      context,
      signal,
      row => departmentId === null || row.departmentId === departmentId,
    )
  }),
  submit: os.requests.submit.handler(async ({ context, input }) =>
    core.intake.view(await core.intake.submit(context.caller, input)),
  ),
  resubmit: os.requests.resubmit.handler(async ({ context, input }) =>
    core.intake.view(await core.intake.resubmit(context.caller, input)),
  ),
  withdraw: os.requests.withdraw.handler(async ({ context, input }) =>
    core.intake.view(await core.intake.withdraw(context.caller, input)),
  ),
  review: os.requests.review.handler(({ input }) => core.review(input.requestId, input.hostId)),
  approve: os.requests.approve.handler(async ({ context, input }) =>
    core.intake.view(await core.approve(context.caller, input)),
  ),
  return: os.requests.return.handler(async ({ context, input }) =>
    core.intake.view(await core.intake.return(context.caller, input)),
  ),
  reject: os.requests.reject.handler(async ({ context, input }) =>
    core.intake.view(await core.intake.reject(context.caller, input)),
  ),
  grants: os.requests.grants.handler(({ context, input }) => {
    if (input.departmentId !== undefined) holdToDepartment(context.caller, input.departmentId)
    const wanted = context.caller.departmentId ?? input.departmentId
    return core.book
      .all()
      .filter(grant => wanted === undefined || grant.departmentId === wanted)
      .map(({ version: _, applicationId: __, ...grant }) => grant)
  }),
  adopt: os.requests.adopt.handler(({ context, input }) => core.adopt(context.caller, input.machines, input.reason)),
  networks: os.requests.networks.handler(({ input }) => {
    const names = core.fleet.hosts
      .rows()
      .filter(host => host.platformId === input.platformId)
      .flatMap(host => host.networks.filter(network => network.isActive).map(network => network.name))
    return [...Map.groupBy(names, name => name)]
      .map(([name, hosts]) => ({ name, hosts: hosts.length }))
      .sort((a, b) => b.hosts - a.hosts)
  }),
})

export const jobHandlers = (os: Os, core: Core) => ({
  watch: os.jobs.watch.handler(({ input, context, signal }) => feed(core.jobBoard, input.since, context, signal)),
  resume: os.jobs.resume.handler(async ({ context, input }) => {
    await core.jobs.decide(context.caller, input.jobId, 'resume', input.reason)
    return {}
  }),
  undo: os.jobs.undo.handler(async ({ context, input }) => {
    await core.jobs.decide(context.caller, input.jobId, 'undo', input.reason)
    return {}
  }),
  abandon: os.jobs.abandon.handler(async ({ context, input }) => {
    await core.jobs.decide(context.caller, input.jobId, 'abandon', input.reason)
    return {}
  }),
})

export const poolHandlers = (os: Os, core: Core) => ({
  overview: os.pools.overview.handler(async function* ({ context, signal }): AsyncGenerator<Overview, void, void> {
    let last = ''
    while (!signal?.aborted) {
      const overview = overviewOf(core)
      const { at: _, ...figures } = overview
      const text = JSON.stringify(figures)
      if (text !== last) yield overview
      last = text
      await context.drained()
      await core.clock.sleep(overviewEveryMs, signal).catch(() => undefined)
    }
  }),
})
