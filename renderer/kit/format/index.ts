export {
  formatBytes,
  formatBytesOf,
  formatCores,
  formatCoresOf,
  formatCount,
  formatDiskRate,
  formatMemory,
  formatNetworkRate,
  formatPercent,
  unknown,
} from './quantity.ts'
export { dayOf, formatAge, formatClock, formatDuration, formatExact, formatInstant, formatStamp } from './time.ts'
