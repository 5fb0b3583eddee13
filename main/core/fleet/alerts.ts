import type { Fault } from '#contract/errors.ts'
import type { Host, StoragePool } from '#contract/hosts.ts'
import { vmIdOf } from '#contract/ids.ts'
import type { Alert } from '#contract/pools.ts'
import { CLOCK_ALARM_MS, type HostVm } from '#core/hosts/index.ts'

const POOL_WARNING = 0.9
const POOL_CRITICAL = 0.97
/** libvirt's reason of a VM that is off because its guest crashed. */
const SHUTOFF_CRASHED = 3

/** Names that a sentence holds; the rest is counted. */
const NAMES = 3

type Finding = Omit<Alert, 'since' | 'hostId'>
/** What the host has, as of its last answer. */
export type Seen = {
  readonly vms: readonly HostVm[]
  /** VMs that bear this product's mark and that nobody was granted. */
  readonly strays: readonly HostVm[]
  /** What could not be read at the last listing. */
  readonly faults: readonly Fault[]
}

/**
 * What is wrong with a host and its VMs. Of a host that does not answer only that is said: what it said before may have
 * mended itself, and its VMs are not lost.
 *
 * @param before  the alerts of the time before: what was wrong then already keeps its beginning
 * @param now     ms since 1970, UTC
 */
export function alertsOf(host: Host, { vms, strays, faults }: Seen, before: readonly Alert[], now: number): Alert[] {
  const begun = new Map(before.map(alert => [alert.key, alert.since]))
  const isAway = host.state === 'silent' || host.state === 'blocked'
  const found = isAway
    ? absence(host)
    : [...clock(host), ...storage(host), ...crashes(host, vms), ...unclaimed(host, strays), ...partial(host, faults)]
  return found.map(finding => ({
    ...finding,
    hostId: host.hostId,
    since: isAway ? host.since : (begun.get(finding.key) ?? now),
  }))
}

function absence(host: Host): Finding[] {
  const fault = host.fault ?? { code: 'host/silent', data: { hostId: host.hostId, waitedMs: 0 } }
  return [finding(host, `host/${host.state}`, 'critical', fault)]
}

function clock(host: Host): Finding[] {
  const offsetMs = host.clockOffsetMs
  if (offsetMs === null || Math.abs(offsetMs) < CLOCK_ALARM_MS) return []
  return [finding(host, 'clock', 'warning', { code: 'alert/clock-off', data: { offsetMs } })]
}

function storage(host: Host): Finding[] {
  return host.pools.flatMap(pool => {
    const key = `pool/${pool.name}`
    if (!pool.isActive) {
      // A pool that could not be read is not known to be inactive.
      if (pool.type === 'unknown') return []
      return [finding(host, key, 'notice', { code: 'alert/pool-inactive', data: { pool: pool.name } })]
    }
    const usedFraction = usedShare(pool)
    if (usedFraction === null || usedFraction <= POOL_WARNING) return []
    const severity = usedFraction > POOL_CRITICAL ? 'critical' : 'warning'
    const data = { pool: pool.name, usedFraction, freeBytes: pool.freeBytes }
    return [finding(host, key, severity, { code: 'alert/pool-full', data })]
  })
}

function usedShare({ capacityBytes, freeBytes }: StoragePool): number | null {
  if (capacityBytes === null || freeBytes === null || capacityBytes === 0) return null
  return Math.round((1 - freeBytes / capacityBytes) * 1_000) / 1_000
}

function crashes(host: Host, vms: readonly HostVm[]): Finding[] {
  return vms
    .filter(vm => vm.state === 'crashed' || (vm.state === 'shutoff' && vm.reason === SHUTOFF_CRASHED))
    .map(vm => ({
      key: `${host.hostId}/vm-crashed/${vm.uuid}`,
      severity: 'critical',
      vmId: vmIdOf(host.hostId, vm.uuid),
      subject: vm.title ?? vm.name,
      fault: { code: 'alert/vm-crashed', data: { host: host.name } },
    }))
}

/**
 * What a job left behind: a host that had gone silent may carry out what it was told long after the job was taken back
 * or left as it was.
 */
function unclaimed(host: Host, strays: readonly HostVm[]): Finding[] {
  const [first, ...others] = strays
  if (!first) return []
  const names = strays.slice(0, NAMES).map(vm => vm.name)
  const data = { machines: strays.length, names: strays.length > NAMES ? [...names, '…'] : names }
  const found = finding(host, 'strays', 'warning', { code: 'alert/vms-stray', data })
  return [{ ...found, vmId: others.length === 0 ? vmIdOf(host.hostId, first.uuid) : null }]
}

function partial(host: Host, faults: readonly Fault[]): Finding[] {
  const [first] = faults
  if (!first) return []
  return [finding(host, 'partial', 'notice', { code: 'alert/partly-read', data: { parts: faults.length, first } })]
}

function finding(host: Host, what: string, severity: Alert['severity'], fault: Fault): Finding {
  return { key: `${host.hostId}/${what}`, severity, vmId: null, subject: host.name, fault }
}
