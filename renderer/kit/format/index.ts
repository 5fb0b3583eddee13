export {
  formatBytes,
  formatBytesOf,
  formatCores,
  formatCoresOf,
  formatCount,
  formatDiskRate,
  formatNetworkRate,
  formatPercent,
  unknown,
} from './quantity.ts'
export { dayOf, formatAge, formatClock, formatDuration, formatExact, formatInstant } from './time.ts'
