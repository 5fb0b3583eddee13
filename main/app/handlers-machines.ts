import { AppError } from '#contract/errors.ts'
import { acts } from '#core/deploy/index.ts'
import { probeHost } from '#core/hosts/index.ts'
import type { Job } from '#contract/jobs.ts'
import type { Vm } from '#contract/vms.ts'
import { parseKnownHosts, readPrivateKey } from '#wire/ssh/index.ts'
import type { Core } from './core.ts'
import type { Os } from './guard.ts'
import { feed } from './feed.ts'

const historyPoints = 720

function findVm(core: Core, vmId: string): Vm {
  const vm = core.fleet.vms.get(vmId)
  if (!vm) throw new AppError('vm/not-found', { vm: vmId })
  return vm
}

async function forWhom(core: Core, vm: Vm): Promise<string | null> {
  if (!vm.departmentId || !vm.applicationId) return null
  const [department, application] = await Promise.all([
    core.tenants.findDepartment(vm.departmentId),
    core.tenants.findApplication(vm.applicationId),
  ])
  return `${department.name} · ${application.name}`
}

export const hostHandlers = (os: Os, core: Core) => ({
  watch: os.hosts.watch.handler(({ input, context, signal }) => feed(core.fleet.hosts, input.since, context, signal)),
  siteKey: os.hosts.siteKey.handler(() => {
    const { publicKey, fingerprint } = readPrivateKey(core.siteKey)
    return { publicKey, fingerprint }
  }),
  probe: os.hosts.probe.handler(async ({ input, signal }) => {
    const { hostId, trustFingerprint = null, ...target } = input
    const fingerprint = hostId ? (await core.registry.find(hostId)).fingerprint : trustFingerprint
    return probeHost(core.hostsPort, { ...target, fingerprint, uri: null }, signal ?? new AbortController().signal)
  }),
  add: os.hosts.add.handler(async ({ context, input }) => {
    await core.site.findPlatform(input.platformId)
    const host = await core.registry.add(context.caller, core.fleet, { ...input, uri: null })
    return { hostId: host.hostId }
  }),
  update: os.hosts.update.handler(async ({ context, input }) => {
    const { version } = await core.registry.update(context.caller, core.fleet, input)
    return { version }
  }),
  changeAccess: os.hosts.changeAccess.handler(async ({ context, input }) => {
    const { version } = await core.registry.changeAccess(context.caller, core.fleet, input)
    return { version }
  }),
  trustKey: os.hosts.trustKey.handler(async ({ context, input }) => {
    await core.registry.trustKey(context.caller, core.fleet, input.hostId, input.fingerprint, input.reason)
    return {}
  }),
  importKnownHosts: os.hosts.importKnownHosts.handler(async ({ context, input }) => {
    const { entries, problems } = parseKnownHosts(input.text)
    await core.knownKeys.add(context.caller, entries)
    return { imported: entries.length, skipped: problems.length }
  }),
  retry: os.hosts.retry.handler(async ({ input }) => {
    const host = await core.registry.find(input.hostId)
    core.fleet.retry(host.hostId)
    return {}
  }),
  remove: os.hosts.remove.handler(async ({ context, input }) => {
    await core.registry.remove(context.caller, core.fleet, input.hostId, input.reason)
    return {}
  }),
  history: os.hosts.history.handler(async ({ input }) => {
    const samples = await core.metrics.range(input.hostId, input.from, input.until, historyPoints)
    return samples.map(({ at, cpuFraction, memoryUsedBytes }) => ({ at, cpuFraction, memoryUsedBytes }))
  }),
})

export const vmHandlers = (os: Os, core: Core) => ({
  watch: os.vms.watch.handler(({ input, context, signal }) => feed(core.fleet.vms, input.since, context, signal)),
  act: os.vms.act.handler(async ({ context, input }) => {
    const vm = findVm(core, input.vmId)
    const act = acts[input.action]
    if (!vm.isKnown) throw new AppError('host/not-connected', { hostId: vm.hostId })
    if (!act.from.includes(vm.state)) throw new AppError('vm/wrong-state', { state: vm.state, action: input.action })
    core.fleet.link(vm.hostId)
    const { platformId, hostId, hostName, vmId, name } = vm
    const kind = `vm.${input.action}` as Job['kind']
    const { caller } = context
    const author = { name: caller.name, displayName: caller.displayName }
    const wanted = {
      kind,
      platformId,
      hostId,
      hostName,
      vmId,
      vmName: name,
      requestId: null,
      forWhom: await forWhom(core, vm),
      author,
      reason: input.reason,
      payload: {},
    }
    const subject = { kind: 'vm', id: vmId, name }
    const job = await core.jobs.enqueue(wanted, ({ jobId }) => {
      const data = { action: input.action, host: hostName, jobId }
      return { actor: author, action: 'vms.act', subject, reason: input.reason, data }
    })
    return { jobId: job.jobId }
  }),
  history: os.vms.history.handler(async ({ input }) => [
    ...(await core.metrics.range(input.vmId, input.from, input.until, historyPoints)),
  ]),
  describe: os.vms.describe.handler(async ({ input }) => {
    const vm = findVm(core, input.vmId)
    return { xml: await core.fleet.link(vm.hostId).describeVm(vm.uuid), at: core.clock.now() }
  }),
})
