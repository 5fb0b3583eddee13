import { useTranslation } from 'react-i18next'
import type { Host } from '#contract/hosts.ts'
import { Bar, BarWords } from '#kit/Bar.tsx'
import { Facts, Section } from '#kit/Drawer.tsx'
import { formatBytes, formatCount, unknown } from '#kit/format/index.ts'
import { word } from '#kit/i18n/index.ts'
import { isHostStale } from '#console/machine-state.tsx'
import { clockText, storageOf } from './host-columns.tsx'

type Measure = {
  readonly name: string
  readonly used: number | null
  readonly promised: number | null
  readonly physical: number | null
  readonly words: readonly string[]
}

function Measures({ host }: { readonly host: Host }) {
  const { t } = useTranslation(['hosts', 'overview'])
  const storage = storageOf(host)
  const { cpuThreads, cpuFraction } = host
  const usedThreads = cpuFraction === null || cpuThreads === null ? null : cpuFraction * cpuThreads
  const promisedStorage = host.pools.reduce((sum, pool) => sum + (pool.isActive ? (pool.promisedBytes ?? 0) : 0), 0)
  const measures: readonly Measure[] = [
    {
      name: t('cpuNow'),
      used: usedThreads,
      promised: host.promisedVcpus,
      physical: cpuThreads,
      words: [
        usedThreads?.toFixed(1) ?? unknown(),
        formatCount(host.promisedVcpus),
        t('overview:threads', { n: formatCount(cpuThreads) }),
      ],
    },
    {
      name: t('memory'),
      used: host.memoryUsedBytes,
      promised: host.promisedMemoryBytes,
      physical: host.memoryBytes,
      words: [host.memoryUsedBytes, host.promisedMemoryBytes, host.memoryBytes].map(b => formatBytes(b)),
    },
    {
      name: t('storage'),
      used: storage.usedBytes,
      promised: promisedStorage,
      physical: storage.capacityBytes,
      words: [storage.usedBytes, promisedStorage, storage.capacityBytes].map(b => formatBytes(b)),
    },
  ]
  return (
    <div className="y-measures">
      {measures.map(one => (
        <div key={one.name}>
          <span>{one.name}</span>
          <span className="y-second">
            <BarWords parts={one.words} />
          </span>
          <Bar {...one} label={`${one.name} ${one.words.join(' / ')}`} isStale={isHostStale(host)} />
        </div>
      ))}
    </div>
  )
}

function topology(host: Host, say: (n: { sockets: number; cores: number; threads: number }) => string): string {
  const { sockets, cores, cpuThreads } = host
  return sockets === null || cores === null || cpuThreads === null
    ? unknown()
    : say({ sockets, cores, threads: cpuThreads })
}

export function HostFacts({ host }: { readonly host: Host }) {
  const { t } = useTranslation(['hosts', 'overview'])
  return (
    <>
      <Section
        title={t('capacity')}
        extra={
          <span className="y-faint y-small">
            <BarWords parts={[t('overview:used'), t('overview:promised'), t('overview:physical')]} />
          </span>
        }
      >
        <Measures host={host} />
      </Section>
      <Section title={t('hardware')}>
        <Facts
          facts={[
            [t('cpuModel'), host.cpuModel ?? unknown()],
            [t('arch'), `${host.arch ?? unknown()} · ${topology(host, n => t('topology', n))}`],
            [t('libvirt'), host.libvirtVersion ?? unknown()],
            [t('hypervisor'), host.hypervisorVersion ?? unknown()],
            [t('clock'), clockText(host.clockOffsetMs)],
          ]}
        />
      </Section>
      <Section title={t('identity')}>
        <Facts
          facts={[
            [t('hostname'), host.hostname ?? unknown()],
            [t('address'), host.port === 22 ? host.address : `${host.address}:${host.port}`],
            [t('sshUser'), host.user],
            [t('origin'), word('origin', host.origin)],
            [t('model'), host.model ?? unknown()],
            [t('serial'), host.serial ?? unknown()],
            [t('rack'), host.rack ?? unknown()],
          ]}
        />
      </Section>
    </>
  )
}
