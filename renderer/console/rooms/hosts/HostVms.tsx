import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useLive } from '#client/hooks.ts'
import { vmsFeed } from '#client/index.ts'
import { formatBytes, formatCores, formatPercent } from '#kit/format/index.ts'
import { hrefOf } from '#kit/router.ts'
import { Empty, LiveGate } from '#kit/states.tsx'
import { VmStateGlyph } from '#console/machine-state.tsx'

/** The machines of one host; each leads to its own drawer. */
export function HostVms({ hostId }: { readonly hostId: string }) {
  const { t } = useTranslation(['hosts', 'vms'])
  const live = useLive(vmsFeed)
  const { rows } = live.value
  const own = useMemo(
    () =>
      [...rows.values()]
        .filter(vm => vm.hostId === hostId)
        .sort((a, b) => a.name.localeCompare(b.name, 'zh-CN', { numeric: true })),
    [rows, hostId],
  )
  return (
    <LiveGate live={live}>
      {own.length === 0 ? (
        <Empty title={t('noVms')} />
      ) : (
        <ul className="y-lines y-host-vms">
          <li aria-hidden>
            <span />
            <span>{t('vmsTitle', { n: own.length })}</span>
            <span>{t('vms:vcpus')}</span>
            <span>{t('memory')}</span>
            <span>{t('cpuNow')}</span>
          </li>
          {own.map(vm => (
            <li key={vm.vmId}>
              <VmStateGlyph vm={vm} isBare />
              <a className="y-cut" href={hrefOf('vms', { open: vm.vmId })} title={vm.title ?? undefined}>
                {vm.name} <span className="y-second">{vm.title}</span>
              </a>
              <span className="y-second">{formatCores(vm.vcpus)}</span>
              <span className="y-second">{formatBytes(vm.memoryBytes)}</span>
              <span>{formatPercent(vm.cpuFraction)}</span>
            </li>
          ))}
        </ul>
      )}
    </LiveGate>
  )
}
