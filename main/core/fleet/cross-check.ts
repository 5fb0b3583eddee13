import type { Host } from '#contract/hosts.ts'
import { partsOf, type HostId, type VmId } from '#contract/ids.ts'
import type { Alert } from '#contract/pools.ts'
import type { Vm } from '#contract/vms.ts'
import type { Granted } from './model.ts'
import { isRunning } from './rows.ts'

/** What is to be looked at together: a fault of one host alone is none of this room's. */
export type Whole = {
  readonly hosts: readonly Host[]
  readonly vms: readonly Vm[]
  readonly granted: readonly Granted[]
  /** What tells a machine from all others, whatever its address; null: not known. */
  readonly identityOf: (hostId: HostId) => string | null
}
export type CrossFinding = Omit<Alert, 'since'>

/** Names that a sentence holds; the rest is counted. */
const NAMES = 3

/**
 * What only shows when hosts are looked at side by side: one machine that was added twice, one VM that is on several
 * hosts (a copied machine, a migration that failed half-way), and VMs of a department that are not where they were
 * granted. One finding for each host or set of hosts, however many VMs it is about.
 */
export function crossCheck(whole: Whole): CrossFinding[] {
  return [...sameMachines(whole), ...twins(whole), ...missing(whole)]
}

function sameMachines({ hosts, identityOf }: Whole): CrossFinding[] {
  const first = new Map<string, Host>()
  return hosts.flatMap(host => {
    const identity = identityOf(host.hostId)
    if (identity === null) return []
    const other = first.get(identity)
    if (!other) {
      first.set(identity, host)
      return []
    }
    const fault = { code: 'alert/same-machine', data: { other: other.name } }
    return [{ ...ofHost(host, 'same-machine'), severity: 'critical' as const, fault }]
  })
}

function twins({ hosts, vms, identityOf }: Whole): CrossFinding[] {
  const byUuid = [...Map.groupBy(vms, vm => vm.uuid).values()].filter(rows => rows.length > 1)
  const pairs = byUuid.flatMap(rows => {
    const apart = onDifferentMachines(rows, identityOf)
    const running = apart.filter(vm => vm.isKnown && isRunning(vm.state))
    if (apart.length < 2) return []
    return running.length > 1 ? [{ isRunning: true, rows: running }] : [{ isRunning: false, rows: apart }]
  })
  const keyOf = (pair: (typeof pairs)[number]): string =>
    [pair.isRunning ? 'run-twice' : 'defined-twice', ...pair.rows.map(vm => vm.hostId).sort()].join('/')
  const named = new Map(hosts.map(host => [host.hostId, host]))
  return [...Map.groupBy(pairs, keyOf)].flatMap(([key, group]) => {
    const [pair] = group
    const host = pair && named.get(pair.rows[0]?.hostId as HostId)
    if (!host) return []
    const { names, machines, vmId } = together(group.flatMap(each => each.rows[0] ?? []))
    const data = { machines, names, hosts: pair.rows.map(vm => vm.hostName).sort() }
    const code = pair.isRunning ? 'alert/vms-run-twice' : 'alert/vms-defined-twice'
    const severity = pair.isRunning ? ('critical' as const) : ('notice' as const)
    return [{ ...ofHost(host, key), key, vmId, severity, fault: { code, data } }]
  })
}

/** The same machine under two addresses shows each of its VMs twice; that is said of the machine. */
function onDifferentMachines(rows: readonly Vm[], identityOf: Whole['identityOf']): Vm[] {
  const seen = new Set<string>()
  return rows.filter(vm => {
    const identity = identityOf(vm.hostId) ?? vm.hostId
    if (seen.has(identity)) return false
    seen.add(identity)
    return true
  })
}

function missing({ hosts, vms, granted }: Whole): CrossFinding[] {
  if (granted.length === 0) return []
  const shown = new Set(vms.map(vm => vm.vmId))
  const onPlatform = new Set(vms.map(vm => `${vm.platformId}.${vm.uuid}`))
  const gone = Map.groupBy(
    granted.filter(({ vmId }) => !shown.has(vmId)),
    ({ vmId }) => partsOf(vmId).hostId,
  )
  return hosts.flatMap(host => {
    const moved = ({ vmId }: Granted): boolean => onPlatform.has(`${host.platformId}.${partsOf(vmId).uuid}`)
    const lost = (gone.get(host.hostId) ?? []).filter(each => !moved(each))
    // Of a host that does not answer it is not known what it has.
    if (host.state !== 'up' || lost.length === 0) return []
    const { names, machines } = together(lost)
    const fault = { code: 'alert/vms-missing', data: { machines, names } }
    return [{ ...ofHost(host, 'missing'), severity: 'warning' as const, fault }]
  })
}

const ofHost = ({ hostId, name }: Host, what: string) => ({
  ...{ key: `${hostId}/${what}`, hostId, vmId: null, subject: name },
})

type Named = { readonly vmId: VmId; readonly name: string }

function together(vms: readonly Named[]) {
  const names = vms.slice(0, NAMES).map(vm => vm.name)
  return {
    names: vms.length > NAMES ? [...names, '…'] : names,
    machines: vms.length,
    vmId: vms.length === 1 ? (vms[0]?.vmId ?? null) : null,
  }
}
