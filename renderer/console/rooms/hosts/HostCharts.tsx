import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Host } from '#contract/hosts.ts'
import type { LineChartProps } from '#kit/chart/LineChart.tsx'
import { formatMemory, formatPercent } from '#kit/format/index.ts'
import { HistoryCharts, meanOf, peakOf, useHistory } from '#console/charts.tsx'

export function HostCharts({ host }: { readonly host: Host }) {
  const { t } = useTranslation('hosts')
  const { hostId, memoryBytes } = host
  const history = useHistory(hostId, (rpc, span, o) => rpc.hosts.history({ hostId, ...span }, o))
  const { value, spanWords } = history
  const charts = useMemo((): readonly LineChartProps[] => {
    if (!value) return []
    const { points, span } = value
    const times = points.map(point => point.at)
    const cpu = points.map(point => point.cpuFraction)
    const memory = points.map(point => point.memoryUsedBytes)
    return [
      {
        ...span,
        times,
        title: t('cpuChart', {
          span: spanWords,
          peak: formatPercent(peakOf(cpu)),
          mean: formatPercent(meanOf(cpu)),
        }),
        series: [{ label: t('cpuNow'), colour: 'used', values: cpu }],
        format: formatPercent,
        max: 1,
      },
      {
        ...span,
        times,
        title: t('memoryChart', {
          span: spanWords,
          peak: formatMemory(peakOf(memory)),
          total: formatMemory(memoryBytes),
        }),
        series: [{ label: t('memory'), colour: 'used', values: memory }],
        format: formatMemory,
        ...(memoryBytes !== null && { max: memoryBytes }),
      },
    ]
  }, [value, spanWords, t, memoryBytes])
  return <HistoryCharts history={history} charts={charts} />
}
