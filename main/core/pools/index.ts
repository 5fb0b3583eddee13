export { platformOverview, type OverviewMoment } from './overview.ts'
export { poolRoomBytes, promisableMemoryBytes, promisableStorageBytes, promisableVcpus } from './promisable.ts'
export { heldInReserve, type ReserveMember } from './reserve.ts'
export { isSharedPool, poolKey } from './shared-pool.ts'
