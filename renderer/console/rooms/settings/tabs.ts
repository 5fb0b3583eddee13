import type { Role } from '#contract/roles.ts'

export type SettingsTab = 'hosts' | 'people' | 'platforms' | 'site'

const usedBy: Readonly<Record<SettingsTab, readonly Role[]>> = {
  hosts: ['operator', 'system-administrator'],
  people: ['security-administrator', 'auditor'],
  platforms: ['system-administrator'],
  site: ['system-administrator'],
}

/** The tabs that somebody with these roles has a use for, in their order. */
export const tabsFor = (roles: readonly Role[]): readonly SettingsTab[] =>
  (Object.keys(usedBy) as SettingsTab[]).filter(tab => usedBy[tab].some(role => roles.includes(role)))
