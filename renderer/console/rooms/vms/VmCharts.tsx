import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useQuery } from '#client/hooks.ts'
import type { Vm } from '#contract/vms.ts'
import { LineChart, type LineChartProps } from '#kit/chart/LineChart.tsx'
import { formatBytes, formatDiskRate, formatNetworkRate, formatPercent } from '#kit/format/index.ts'
import { Failed, Skeleton } from '#kit/states.tsx'
import { meanOf, peakOf, useSpan, type Span } from '#console/charts.tsx'

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

function useCharts(points: readonly Point[] | undefined, span: Span, memoryBytes: number): readonly LineChartProps[] {
  const { t } = useTranslation('vms')
  return useMemo(() => {
    if (!points) return []
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
          t('cpuChart', { peak: peak(cpu, formatPercent), mean: formatPercent(meanOf(cpu)) }),
          cpu,
          formatPercent,
        ),
        max: 1,
      },
      {
        ...chart(t('memoryNow'), t('memoryChart', { peak: peak(memory, n => formatBytes(n)), total }), memory, n =>
          formatBytes(n),
        ),
        max: memoryBytes,
      },
      { ...chart(t('diskRate'), t('diskChart', { peak: peak(disk, formatDiskRate) }), disk, formatDiskRate), unit: MB },
      {
        ...chart(
          t('networkRate'),
          t('networkChart', { peak: peak(network, formatNetworkRate) }),
          network,
          formatNetworkRate,
        ),
        unit: MBIT,
      },
    ]
  }, [points, span, memoryBytes, t])
}

export function VmCharts({ vm }: { readonly vm: Vm }) {
  const [span, control] = useSpan()
  const { vmId } = vm
  const history = useQuery(`${vmId} ${span.from}`, (rpc, o) => rpc.vms.history({ vmId, ...span }, o))
  const charts = useCharts(history.value, span, vm.memoryBytes)
  return (
    <div className="y-charts">
      <div className="y-row">{control}</div>
      {history.phase === 'failed' && history.failure && <Failed failure={history.failure} onRetry={history.reload} />}
      {history.phase === 'loading' && <Skeleton rows={4} height={80} />}
      {charts.map(chart => (
        <LineChart key={chart.series[0]?.label} chart={chart} />
      ))}
    </div>
  )
}
