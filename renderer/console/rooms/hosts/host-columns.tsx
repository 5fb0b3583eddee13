import type { Host, StoragePool } from '#contract/hosts.ts'
import { Age } from '#kit/Age.tsx'
import { Meter } from '#kit/Bar.tsx'
import { Sparkline } from '#kit/chart/Sparkline.tsx'
import { gigabytesOf, percentOf } from '#kit/csv.ts'
import { formatBytesOf, formatDuration, formatPercent, formatStamp } from '#kit/format/index.ts'
import type { Column } from '#kit/grid/column.ts'
import { text, word } from '#kit/i18n/index.ts'
import { HostState, hostStateText, isHostStale } from '#console/machine-state.tsx'

const sum = (pools: readonly StoragePool[], of: (pool: StoragePool) => number | null): number | null =>
  pools.reduce<number | null>((total, pool) => {
    const bytes = pool.isActive ? of(pool) : null
    return bytes === null ? total : (total ?? 0) + bytes
  }, null)

/** What a host's active pools hold together; null while none of them is known. */
export const storageOf = ({ pools }: Host) => ({
  usedBytes: sum(pools, pool => pool.usedBytes),
  capacityBytes: sum(pools, pool => pool.capacityBytes),
})

/** One unit and one precision down a column, so that sizes can be compared by eye. */
const MEMORY = { unit: 'GB', decimals: 0 } as const

const share = (used: number | null, of: number | null): number | null => (used === null || !of ? null : used / of)

/** How far a host's clock is off, with the direction. */
export function clockText(offsetMs: number | null): string {
  if (offsetMs === null) return text('hosts:notMeasured')
  const duration = formatDuration(Math.abs(offsetMs))
  if (Math.abs(offsetMs) < 1_000) return text('hosts:clockRight', { duration })
  return text(offsetMs > 0 ? 'hosts:clockAhead' : 'hosts:clockBehind', { duration })
}

const stateOrder: Readonly<Record<Host['state'], number>> = { blocked: 0, silent: 1, connecting: 2, up: 3 }

function CpuCell({ host }: { readonly host: Host }) {
  return (
    <>
      <Sparkline values={host.cpuTrend} label={text('hosts:cpuTrend')} width={64} isStale={isHostStale(host)} />
      <span className="y-figure">{formatPercent(host.cpuFraction)}</span>
    </>
  )
}

function MemoryCell({ host }: { readonly host: Host }) {
  const figures = formatBytesOf(host.memoryUsedBytes, host.memoryBytes, MEMORY)
  return (
    <>
      <span className="y-meter">
        <Meter used={host.memoryUsedBytes} of={host.memoryBytes} label={figures} />
      </span>
      <span className="y-figure">{figures}</span>
    </>
  )
}

function StorageCell({ host }: { readonly host: Host }) {
  const { usedBytes, capacityBytes } = storageOf(host)
  const figures = formatBytesOf(usedBytes, capacityBytes)
  return (
    <>
      <span className="y-meter">
        <Meter used={usedBytes} of={capacityBytes} label={figures} />
      </span>
      <span className="y-figure">{figures}</span>
    </>
  )
}

const plain = (id: string, title: string, width: number, of: (host: Host) => string | null): Column<Host> => ({
  id,
  title,
  width,
  value: of,
  text: host => of(host) ?? text('units:none'),
})

const identity = (platforms: ReadonlyMap<string, string>): readonly Column<Host>[] => [
  {
    id: 'state',
    title: text('hosts:state'),
    width: 128,
    value: host => stateOrder[host.state],
    text: host => hostStateText(host, Date.now()),
    cell: host => <HostState host={host} />,
  },
  {
    id: 'name',
    title: text('hosts:name'),
    width: 128,
    grow: 1,
    value: host => host.name,
    cell: host => <strong className="y-cut">{host.name}</strong>,
  },
  {
    id: 'platform',
    title: text('hosts:platform'),
    width: 104,
    rank: 3,
    value: host => platforms.get(host.platformId) ?? null,
    text: host => platforms.get(host.platformId) ?? text('units:none'),
  },
  { id: 'origin', title: text('hosts:origin'), width: 64, rank: 6, value: host => word('origin', host.origin) },
]

const computing = (): readonly Column<Host>[] => [
  {
    id: 'vms',
    title: text('hosts:vms'),
    width: 80,
    align: 'right',
    rank: 2,
    value: host => host.vmsRunning,
    text: host => text('hosts:vmsOf', { running: host.vmsRunning, all: host.vmsTotal }),
    exports: [
      { title: text('hosts:exports.vmsRunning'), value: host => host.vmsRunning },
      { title: text('hosts:vms'), value: host => host.vmsTotal },
    ],
  },
  {
    id: 'cpu',
    title: text('hosts:cpu'),
    width: 136,
    align: 'right',
    value: host => host.cpuFraction,
    text: host => formatPercent(host.cpuFraction),
    cell: host => <CpuCell host={host} />,
    exports: [{ title: text('hosts:exports.cpu'), value: host => percentOf(host.cpuFraction) }],
  },
  {
    id: 'vcpus',
    title: text('hosts:vcpus'),
    width: 120,
    align: 'right',
    rank: 4,
    value: host => host.promisedVcpus,
    text: host =>
      text('hosts:vcpusOf', { promised: host.promisedVcpus, threads: host.cpuThreads ?? text('units:none') }),
    exports: [
      { title: text('hosts:exports.vcpus'), value: host => host.promisedVcpus },
      { title: text('hosts:exports.threads'), value: host => host.cpuThreads },
    ],
  },
]

const sizes = (): readonly Column<Host>[] => [
  {
    id: 'memory',
    title: text('hosts:memory'),
    width: 176,
    align: 'right',
    value: host => share(host.memoryUsedBytes, host.memoryBytes),
    text: host => formatBytesOf(host.memoryUsedBytes, host.memoryBytes, MEMORY),
    cell: host => <MemoryCell host={host} />,
    exports: [
      { title: text('hosts:exports.memoryUsed'), value: host => gigabytesOf(host.memoryUsedBytes) },
      { title: text('hosts:exports.memoryPromised'), value: host => gigabytesOf(host.promisedMemoryBytes) },
      { title: text('hosts:exports.memory'), value: host => gigabytesOf(host.memoryBytes) },
    ],
  },
  {
    id: 'storage',
    title: text('hosts:storage'),
    width: 168,
    align: 'right',
    rank: 1,
    value: host => share(storageOf(host).usedBytes, storageOf(host).capacityBytes),
    text: host => formatBytesOf(storageOf(host).usedBytes, storageOf(host).capacityBytes),
    cell: host => <StorageCell host={host} />,
    exports: [
      { title: text('hosts:exports.storageUsed'), value: host => gigabytesOf(storageOf(host).usedBytes) },
      { title: text('hosts:exports.storage'), value: host => gigabytesOf(storageOf(host).capacityBytes) },
    ],
  },
]

/** Columns of the list of hosts, with the platforms' names. */
export function hostColumns(platforms: ReadonlyMap<string, string>): readonly Column<Host>[] {
  return [
    ...identity(platforms),
    ...computing(),
    ...sizes(),
    { ...plain('rack', text('hosts:rack'), 88, host => host.rack), rank: 7 },
    { ...plain('model', text('hosts:model'), 168, host => host.model), rank: 8 },
    ...[
      plain('address', text('hosts:address'), 140, host => host.address),
      plain('serial', text('hosts:serial'), 140, host => host.serial),
      plain('arch', text('hosts:arch'), 88, host => host.arch),
      plain('cpuModel', text('hosts:cpuModel'), 200, host => host.cpuModel),
      plain('libvirt', text('hosts:libvirt'), 88, host => host.libvirtVersion),
      {
        ...plain('clock', text('hosts:clock'), 112, host => clockText(host.clockOffsetMs)),
        value: (host: Host) => host.clockOffsetMs,
      },
    ].map(column => ({ ...column, isShown: false })),
    {
      id: 'age',
      title: text('hosts:age'),
      width: 88,
      align: 'right',
      rank: 5,
      value: host => host.seenAt,
      text: host => (host.seenAt === null ? text('units:never') : formatStamp(host.seenAt)),
      cell: host => <Age at={host.seenAt} />,
    },
  ]
}
