export { placementFault } from './fault.ts'
export type { PlacementFault, PlacementHost, PlacementNeed, PlacementPlatform, PlacementPool } from './model.ts'
export { previewPlacement } from './preview.ts'
export { quotaShortage } from './quota.ts'
