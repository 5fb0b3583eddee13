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

function useCharts({ value, spanWords }: History<Point>, memoryBytes: number): readonly LineChartProps[] {
  const { t } = useTranslation('vms')
  return useMemo(() => {
    if (!value) return []
    const { points, span } = value
    const times = points.map(point => point.at)
    const chart = (
      label: string,
      title: string,
      values: readonly (number | null)[],
      format: (n: number) => string,
    ) => ({
      ...span,
      times,
      title,
      format,
      height: 110,
      series: [{ label, colour: 'used', values }],
    })
    const cpu = points.map(point => point.cpuFraction)
    const memory = points.map(point => point.memoryUsedBytes)
    const disk = points.map(point => point.diskBytesPerSecond)
    const network = points.map(point => point.networkBytesPerSecond)
    const total = formatBytes(memoryBytes)
    const peak = (values: readonly (number | null)[], format: (n: number | null) => string) => format(peakOf(values))
    return [
      {
        ...chart(
          'CPU',
          t('cpuChart', { span: spanWords, peak: peak(cpu, formatPercent), mean: formatPercent(meanOf(cpu)) }),
          cpu,
          formatPercent,
        ),
        max: 1,
      },
      {
        ...chart(
          t('memoryNow'),
          t('memoryChart', { span: spanWords, peak: peak(memory, n => formatBytes(n)), total }),
          memory,
          n => formatBytes(n),
        ),
        max: memoryBytes,
      },
      {
        ...chart(
          t('diskRate'),
          t('diskChart', { span: spanWords, peak: peak(disk, formatDiskRate) }),
          disk,
          formatDiskRate,
        ),
        unit: MB,
      },
      {
        ...chart(
          t('networkRate'),
          t('networkChart', { span: spanWords, peak: peak(network, formatNetworkRate) }),
          network,
          formatNetworkRate,
        ),
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
