import type { Committer } from '#core/audit/index.ts'
import type { Records } from '#lib/records.ts'
import type { PlatformRecord, SettingsRecord } from './model.ts'

export type SitePorts = {
  readonly settings: Records<SettingsRecord>
  readonly platforms: Records<PlatformRecord, { name: string; position: number }>
  readonly committer: Committer
}
