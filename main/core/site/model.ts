import type { PlatformId } from '#contract/ids.ts'

export type SettingsRecord = {
  readonly siteName: string
  readonly banner: string | null
  readonly pollIntervalMs: number
  readonly approvalDeadlineHours: number
  readonly idleLockMinutes: number
  readonly version: number
}

export const defaultSettings: SettingsRecord = {
  siteName: '云龙',
  banner: null,
  pollIntervalMs: 15_000,
  approvalDeadlineHours: 16,
  idleLockMinutes: 15,
  version: 0,
}

export type PlatformRecord = {
  readonly platformId: PlatformId
  readonly name: string
  readonly levels: readonly number[]
  readonly cpuOvercommit: number
  readonly reserveHosts: number
  /** Order on the screen. */
  readonly position: number
  readonly version: number
}
