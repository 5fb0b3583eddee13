import type { Core } from '#app/index.ts'
import { systemActor } from '#core/audit/index.ts'

type Officer = { readonly name: string; readonly displayName: string; readonly password: string }
export type SetUp = { readonly siteName: string; readonly administrator: Officer; readonly security: Officer }

/** A first platform can do without a reserve until it has a second host. */
const firstPlatforms = [
  { name: '互联网区', levels: [2], cpuOvercommit: 4, reserveHosts: 0 },
  { name: '政务外网区', levels: [2, 3], cpuOvercommit: 4, reserveHosts: 0 },
]

/**
 * A new site's first steps: its name, two platforms, the system administrator (who also operates until others do) and the
 * security administrator, who gives everybody else their rights. They are two persons by rule.
 */
export async function setUpSite(core: Core, { siteName, administrator, security }: SetUp): Promise<void> {
  // Both or neither: with one of them alone the first steps could neither go on nor begin again.
  await core.people.createAll(systemActor, [
    { ...security, roles: ['security-administrator'], departmentId: null },
    { ...administrator, roles: ['system-administrator', 'operator'], departmentId: null },
  ])
  await core.site.changeSettings(systemActor, { ...core.site.settings(), siteName })
  for (const platform of firstPlatforms) await core.changedPlatforms(core.site.createPlatform(systemActor, platform))
}
