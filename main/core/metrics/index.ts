export { openMetrics, type MetricsOptions } from './metrics.ts'
export type { Metrics, Sample, Subject, SubjectSample } from './model.ts'
export type { MetricsStore } from './port.ts'
