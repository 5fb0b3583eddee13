import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Vm } from '#contract/vms.ts'
import type { LineChartProps } from '#kit/chart/LineChart.tsx'
import { formatBytes, formatDiskRate, formatNetworkRate, formatPercent } from '#kit/format/index.ts'
import { HistoryCharts, meanOf, peakOf, useHistory, type History } from '#console/charts.tsx'

/** Bytes per second that make 1 MB/s and 1 Mbit/s. */
const MB = 1024 ** 2
const MBIT = 1_000_000 / 8

type Point = {
  readonly at: number
  readonly cpuFraction: number | null
  readonly memoryUsedBytes: number | null
  readonly diskBytesPerSecond: number | null
  readonly networkBytesPerSecond: number | null
}

type Values = readonly (number | null)[]

function useCharts({ value, spanWords }: History<Point>, memoryBytes: number): readonly LineChartProps[] {
  const { t } = useTranslation('vms')
  return useMemo(() => {
    if (!value) return []
    const { points, span } = value
    const times = points.map(point => point.at)
    const line = (label: string, values: Values) => ({
      ...span,
      times,
      height: 110,
      series: [{ label, colour: 'used' as const, values }],
    })
    const cpu = points.map(point => point.cpuFraction)
    const memory = points.map(point => point.memoryUsedBytes)
    const disk = points.map(point => point.diskBytesPerSecond)
    const network = points.map(point => point.networkBytesPerSecond)
    const bytes = (n: number | null) => formatBytes(n)
    const says = (values: Values, format: (n: number | null) => string) => ({
      span: spanWords,
      peak: format(peakOf(values)),
    })
    return [
      {
        ...line('CPU', cpu),
        title: t('cpuChart', { ...says(cpu, formatPercent), mean: formatPercent(meanOf(cpu)) }),
        format: formatPercent,
        max: 1,
      },
      {
        ...line(t('memoryNow'), memory),
        title: t('memoryChart', { ...says(memory, bytes), total: formatBytes(memoryBytes) }),
        format: bytes,
        max: memoryBytes,
      },
      {
        ...line(t('diskRate'), disk),
        title: t('diskChart', says(disk, formatDiskRate)),
        format: formatDiskRate,
        unit: MB,
      },
      {
        ...line(t('networkRate'), network),
        title: t('networkChart', says(network, formatNetworkRate)),
        format: formatNetworkRate,
        unit: MBIT,
      },
    ]
  }, [value, spanWords, memoryBytes, t])
}

export function VmCharts({ vm }: { readonly vm: Vm }) {
  const { vmId } = vm
  const history = useHistory(vmId, (rpc, span, o) => rpc.vms.history({ vmId, ...span }, o))
  return <HistoryCharts history={history} charts={useCharts(history, vm.memoryBytes)} />
}
