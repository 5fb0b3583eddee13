import { useTranslation } from 'react-i18next'
import type { Vm } from '#contract/vms.ts'
import { Bar } from '#kit/Bar.tsx'
import { Facts, Section } from '#kit/Drawer.tsx'
import {
  formatBytes,
  formatBytesOf,
  formatCoresOf,
  formatDiskRate,
  formatNetworkRate,
  unknown,
} from '#kit/format/index.ts'
import { word } from '#kit/i18n/index.ts'
import { hrefOf } from '#kit/router.ts'
import { usePlatforms } from '#console/platform.tsx'
import type { Owners } from './use-owners.ts'
import { usedVcpus } from './vm-columns.tsx'
import { VmJobs } from './VmJobs.tsx'

function Measures({ vm }: { readonly vm: Vm }) {
  const { t } = useTranslation('vms')
  // A machine that is off, or was when last seen, uses nothing; that is known, not missing.
  const isOff = vm.state === 'shutoff'
  const memory =
    vm.memoryUsedBytes === null && !isOff
      ? `${formatBytes(vm.memoryBytes)}（${t('guestSilent')}）`
      : formatBytesOf(isOff ? 0 : vm.memoryUsedBytes, vm.memoryBytes)
  const cpu = isOff ? 0 : usedVcpus(vm)
  const measures = [
    { name: 'CPU', used: cpu, physical: vm.vcpus, words: formatCoresOf(cpu, vm.vcpus) },
    { name: t('memory'), used: isOff ? 0 : vm.memoryUsedBytes, physical: vm.memoryBytes, words: memory },
    {
      name: t('disk'),
      used: vm.diskUsedBytes,
      physical: vm.diskBytes,
      words: formatBytesOf(vm.diskUsedBytes, vm.diskBytes),
    },
  ]
  return (
    <div className="y-measures">
      {measures.map(one => (
        <div key={one.name}>
          <span>{one.name}</span>
          <span className="y-second">{one.words}</span>
          <Bar {...one} promised={null} label={`${one.name} ${one.words}`} isStale={!vm.isKnown} />
        </div>
      ))}
    </div>
  )
}

export function VmFacts({ vm, owners }: { readonly vm: Vm; readonly owners: Owners }) {
  const { t } = useTranslation('vms')
  const platform = usePlatforms().get(vm.platformId)
  return (
    <>
      <Section title={t('size')}>
        <Measures vm={vm} />
        <Facts
          facts={[
            [t('diskRate'), formatDiskRate(vm.diskBytesPerSecond)],
            [t('networkRate'), formatNetworkRate(vm.networkBytesPerSecond)],
          ]}
        />
      </Section>
      <Section title={t('belongs')}>
        <Facts
          facts={[
            [t('platform'), platform ?? unknown()],
            [
              t('host'),
              <a key="host" href={hrefOf('hosts', { open: vm.hostId })}>
                {vm.hostName}
              </a>,
            ],
            [t('department'), owners.department(vm) ?? <span className="y-second">{t('unassigned')}</span>],
            [t('application'), owners.application(vm) ?? unknown()],
            ...(vm.isKnown ? [] : ([[t('state'), t('lastState', { state: word('vmState', vm.state) })]] as const)),
            [
              t('uuid'),
              <span key="uuid" className="y-mono">
                {vm.uuid}
              </span>,
            ],
          ]}
        />
      </Section>
      <VmJobs vmId={vm.vmId} />
    </>
  )
}
