import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useQuery } from '#client/hooks.ts'
import type { Host } from '#contract/hosts.ts'
import { LineChart, type LineChartProps } from '#kit/chart/LineChart.tsx'
import { formatBytes, formatPercent } from '#kit/format/index.ts'
import { Failed, Skeleton } from '#kit/states.tsx'
import { meanOf, peakOf, useSpan } from '#console/charts.tsx'

export function HostCharts({ host }: { readonly host: Host }) {
  const { t } = useTranslation('hosts')
  const [span, control] = useSpan()
  const { hostId, memoryBytes } = host
  const history = useQuery(`${hostId} ${span.from}`, (rpc, o) => rpc.hosts.history({ hostId, ...span }, o))
  const points = history.value
  const charts = useMemo((): readonly LineChartProps[] => {
    if (!points) return []
    const times = points.map(point => point.at)
    const cpu = points.map(point => point.cpuFraction)
    const memory = points.map(point => point.memoryUsedBytes)
    return [
      {
        ...span,
        times,
        title: t('cpuChart', { peak: formatPercent(peakOf(cpu)), mean: formatPercent(meanOf(cpu)) }),
        series: [{ label: t('cpuNow'), colour: 'used', values: cpu }],
        format: formatPercent,
        max: 1,
      },
      {
        ...span,
        times,
        title: t('memoryChart', { peak: formatBytes(peakOf(memory)), total: formatBytes(memoryBytes) }),
        series: [{ label: t('memory'), colour: 'used', values: memory }],
        format: value => formatBytes(value),
        ...(memoryBytes !== null && { max: memoryBytes }),
      },
    ]
  }, [points, span, t, memoryBytes])
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
