export type { Fleet, FleetChange, FleetOptions } from './fleet.ts'
export type { HostRecord, HostSnapshot, Reserved, VmLabels } from './model.ts'
export type { FleetPort } from './port.ts'
