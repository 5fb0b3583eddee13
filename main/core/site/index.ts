export { openSite } from './site.ts'
export type { PlatformRecord, SettingsRecord } from './model.ts'
export type { SitePorts } from './port.ts'
export type { Site } from './site.ts'
