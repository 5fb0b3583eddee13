import type { Vm } from '#contract/vms.ts'
import { Age } from '#kit/Age.tsx'
import { Meter } from '#kit/Bar.tsx'
import { Sparkline } from '#kit/chart/Sparkline.tsx'
import { gigabytesOf, percentOf } from '#kit/csv.ts'
import {
  formatBytes,
  formatBytesOf,
  formatCores,
  formatDiskRate,
  formatNetworkRate,
  formatPercent,
  formatStamp,
} from '#kit/format/index.ts'
import type { Column } from '#kit/grid/column.ts'
import { text } from '#kit/i18n/index.ts'
import { VmStateGlyph, vmStateText } from '#console/machine-state.tsx'
import type { Owners } from './use-owners.ts'
import { stateGroupOf } from './vm-acts.ts'

/** One unit and one precision down a column, so that sizes can be compared by eye. */
const MEMORY = { unit: 'GB', decimals: 1 } as const
const DISK = { unit: 'GB', decimals: 0 } as const
const none = (): string => text('units:none')
const stateOrder = { other: 0, unknown: 1, running: 2, off: 3 } as const

/** Busy virtual CPUs: the share of the last interval times what it has. */
export const usedVcpus = (vm: Vm): number | null => (vm.cpuFraction === null ? null : vm.cpuFraction * vm.vcpus)

function CpuCell({ vm }: { readonly vm: Vm }) {
  const isOff = stateGroupOf(vm) === 'off'
  if (isOff) return <span className="y-faint">{none()}</span>
  return (
    <>
      <Sparkline values={vm.cpuTrend} label={text('vms:cpuTrend')} width={56} isStale={!vm.isKnown} />
      <span className="y-figure">{formatPercent(vm.cpuFraction)}</span>
    </>
  )
}

function MemoryCell({ vm }: { readonly vm: Vm }) {
  if (vm.memoryUsedBytes === null) return <span className="y-faint">{formatBytes(vm.memoryBytes)}</span>
  const figures = formatBytesOf(vm.memoryUsedBytes, vm.memoryBytes, MEMORY)
  return (
    <>
      <span className="y-meter">
        <Meter used={vm.memoryUsedBytes} of={vm.memoryBytes} label={figures} />
      </span>
      <span className="y-figure">{figures}</span>
    </>
  )
}

const who = (platforms: ReadonlyMap<string, string>, owners: Owners): readonly Column<Vm>[] => [
  {
    id: 'state',
    title: text('vms:state'),
    width: 124,
    value: vm => stateOrder[stateGroupOf(vm)],
    text: vm => vmStateText(vm, Date.now()),
    cell: vm => <VmStateGlyph vm={vm} />,
  },
  {
    id: 'name',
    title: text('vms:name'),
    width: 200,
    grow: 2,
    value: vm => vm.name,
    text: vm => (vm.title ? `${vm.name} ${vm.title}` : vm.name),
    cell: vm => (
      <span className="y-cut" title={vm.title ?? undefined}>
        <strong>{vm.name}</strong>
        {vm.title && <span className="y-second"> {vm.title}</span>}
      </span>
    ),
    exports: [
      { title: text('vms:name'), value: vm => vm.name },
      { title: text('vms:label'), value: vm => vm.title },
    ],
  },
  {
    id: 'platform',
    title: text('vms:platform'),
    width: 96,
    rank: 3,
    value: vm => platforms.get(vm.platformId) ?? null,
    text: vm => platforms.get(vm.platformId) ?? none(),
  },
  {
    id: 'department',
    title: text('vms:department'),
    width: 92,
    grow: 1,
    rank: 4,
    value: owners.department,
    text: vm => owners.department(vm) ?? none(),
  },
  {
    id: 'application',
    title: text('vms:application'),
    width: 108,
    grow: 1,
    rank: 7,
    value: owners.application,
    text: vm => owners.application(vm) ?? none(),
  },
]

const cpu = (): readonly Column<Vm>[] => [
  {
    id: 'cpu',
    title: text('vms:cpu'),
    width: 128,
    align: 'right',
    value: vm => vm.cpuFraction,
    text: vm => formatPercent(vm.cpuFraction),
    cell: vm => <CpuCell vm={vm} />,
    exports: [{ title: text('vms:exports.cpu'), value: vm => percentOf(vm.cpuFraction) }],
  },
  {
    id: 'vcpus',
    title: text('vms:vcpus'),
    width: 64,
    align: 'right',
    rank: 1,
    value: vm => vm.vcpus,
    text: vm => formatCores(vm.vcpus),
    exports: [{ title: text('vms:exports.vcpus'), value: vm => vm.vcpus }],
  },
]

const amounts = (): readonly Column<Vm>[] => [
  {
    id: 'memory',
    title: text('vms:memory'),
    width: 148,
    align: 'right',
    value: vm => (vm.memoryUsedBytes === null ? null : vm.memoryUsedBytes / vm.memoryBytes),
    text: vm => formatBytesOf(vm.memoryUsedBytes, vm.memoryBytes, MEMORY),
    cell: vm => <MemoryCell vm={vm} />,
    exports: [
      { title: text('vms:exports.memoryUsed'), value: vm => gigabytesOf(vm.memoryUsedBytes) },
      { title: text('vms:exports.memory'), value: vm => gigabytesOf(vm.memoryBytes) },
    ],
  },
  {
    id: 'disk',
    title: text('vms:disk'),
    width: 108,
    align: 'right',
    rank: 5,
    value: vm => vm.diskBytes,
    text: vm => formatBytesOf(vm.diskUsedBytes, vm.diskBytes, DISK),
    exports: [
      { title: text('vms:exports.diskUsed'), value: vm => gigabytesOf(vm.diskUsedBytes) },
      { title: text('vms:exports.disk'), value: vm => gigabytesOf(vm.diskBytes) },
    ],
  },
  {
    id: 'diskRate',
    title: text('vms:diskRate'),
    width: 96,
    rank: 9,
    align: 'right',
    value: vm => vm.diskBytesPerSecond,
    text: vm => formatDiskRate(vm.diskBytesPerSecond),
  },
  {
    id: 'networkRate',
    title: text('vms:networkRate'),
    width: 96,
    rank: 8,
    align: 'right',
    value: vm => vm.networkBytesPerSecond,
    text: vm => formatNetworkRate(vm.networkBytesPerSecond),
  },
]

/** Columns of the list of virtual machines, with the names of platforms and owners. */
export function vmColumns(platforms: ReadonlyMap<string, string>, owners: Owners): readonly Column<Vm>[] {
  return [
    ...who(platforms, owners),
    ...cpu(),
    ...amounts(),
    { id: 'host', title: text('vms:host'), width: 112, rank: 2, value: vm => vm.hostName },
    { id: 'uuid', title: text('vms:uuid'), width: 280, isShown: false, value: vm => vm.uuid },
    {
      id: 'age',
      title: text('vms:age'),
      width: 80,
      rank: 6,
      align: 'right',
      value: vm => vm.seenAt,
      text: vm => formatStamp(vm.seenAt),
      cell: vm => <Age at={vm.seenAt} />,
    },
  ]
}
