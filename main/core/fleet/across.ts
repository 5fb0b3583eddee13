import type { HostId } from '#contract/ids.ts'
import type { Alert } from '#contract/pools.ts'
import { crossCheck } from './cross-check.ts'
import type { HostWatch } from './host-watch.ts'
import type { FleetParts } from './options.ts'

type Parts = Pick<FleetParts, 'clock' | 'store' | 'hosts' | 'vms' | 'settings' | 'onError'> & {
  readonly watches: ReadonlyMap<HostId, HostWatch>
}
type Standing = { readonly alert: Alert; readonly beganAt: number }

/** Looks at all hosts side by side whenever VMs or hosts came, went or changed state: once for many changes. */
export function openAcross({ clock, store, hosts, vms, settings, onError, watches }: Parts) {
  let standing: readonly Standing[] = []
  let isDue = false

  const look = (): void => {
    isDue = false
    const before = new Map(standing.map(each => [each.alert.key, each]))
    const identityOf = (hostId: HostId): string | null => watches.get(hostId)?.identity ?? null
    const whole = { hosts: hosts.rows().sort(byName), vms: vms.rows(), granted: store.granted(), identityOf }
    standing = crossCheck(whole).map(finding => {
      const known = before.get(finding.key)
      const since = known?.alert.since ?? clock.now()
      return { alert: { ...finding, since }, beganAt: known?.beganAt ?? clock.monotonic() }
    })
  }
  return {
    soon: (): void => {
      if (isDue) return
      isDue = true
      void Promise.resolve().then(look).catch(onError)
    },
    alerts: (): Alert[] =>
      // While a VM moves, either host may be a poll behind.
      standing
        .filter(({ alert, beganAt }) => {
          const isSettled = clock.monotonic() - beganAt >= settings.pollIntervalMs
          return isSettled || alert.fault.code !== 'alert/vms-run-twice'
        })
        .map(each => each.alert),
  }
}

const byName = (a: { readonly name: string }, b: { readonly name: string }): number => (a.name < b.name ? -1 : 1)
