export { CLOCK_ALARM_MS } from './clock-offset.ts'
export { openHost } from './connect.ts'
export { newDomainXml, type NewDomain } from './domain-xml.ts'
export type {
  CallOptions,
  HostFacts,
  HostLink,
  HostTarget,
  HostVm,
  Inventory,
  NewVolume,
  Poll,
  Reading,
  VmMark,
  VmPoll,
  Volume,
} from './model.ts'
export type { HostsPort } from './port.ts'
export { probeHost, type ProbeTarget } from './probe.ts'
