import { randomUUID } from 'node:crypto'
import { AppError } from '#contract/errors.ts'
import { PlatformId } from '#contract/ids.ts'
import type { Platform, SiteSettings } from '#contract/site.ts'
import type { Actor } from '#core/audit/index.ts'
import { next } from '#lib/records.ts'
import { defaultSettings, type PlatformRecord, type SettingsRecord } from './model.ts'
import type { SitePorts } from './port.ts'

type PlatformFacts = Pick<PlatformRecord, 'name' | 'levels' | 'cpuOvercommit' | 'reserveHosts'>

const view = ({ position: _, ...platform }: PlatformRecord): Platform => ({ ...platform, levels: [...platform.levels] })
const subject = (platform: PlatformRecord) => ({ kind: 'platform', id: platform.platformId, name: platform.name })

/** Settings and platforms of one site. Settings are kept in memory too: every poll and every call asks for them. */
export async function openSite(ports: SitePorts) {
  const { settings, platforms, committer } = ports
  let current: SettingsRecord = (await settings.get('site')) ?? defaultSettings

  async function findPlatform(platformId: string): Promise<PlatformRecord> {
    const platform = await platforms.get(platformId)
    if (!platform) throw new AppError('store/not-found', { what: 'platform', id: platformId })
    return platform
  }

  return {
    settings: (): SiteSettings => current,

    changeSettings: async (actor: Actor, change: SettingsRecord): Promise<SiteSettings> => {
      if (change.version !== current.version) throw new AppError('store/changed-meanwhile', { what: 'settings' })
      const { version: _, ...facts } = change
      const after = next(current, facts)
      const expect = [current.version === 0 ? settings.absent('site') : settings.seen(current)]
      const audit = [
        {
          actor,
          action: 'site.changeSettings',
          subject: { kind: 'site', id: 'site', name: after.siteName },
          data: facts,
        },
      ]
      await committer.commit({ expect, writes: [settings.put(after)], audit })
      current = after
      return after
    },

    findPlatform,
    platforms: async (): Promise<Platform[]> => (await platforms.list({}, { orderBy: 'position' })).map(view),

    createPlatform: async (actor: Actor, facts: PlatformFacts): Promise<Platform> => {
      if ((await platforms.count({ name: facts.name })) > 0)
        throw new AppError('identity/name-taken', { name: facts.name })
      const position = (await platforms.count()) + 1
      const platform: PlatformRecord = { platformId: PlatformId.parse(randomUUID()), ...facts, position, version: 1 }
      const audit = [{ actor, action: 'site.createPlatform', subject: subject(platform), data: facts }]
      await committer.commit({ writes: [platforms.put(platform)], audit })
      return view(platform)
    },

    updatePlatform: async (
      actor: Actor,
      change: PlatformFacts & { platformId: string; version: number },
    ): Promise<Platform> => {
      const before = await findPlatform(change.platformId)
      if (before.version !== change.version) throw new AppError('store/changed-meanwhile', { what: 'platforms' })
      const { name, levels, cpuOvercommit, reserveHosts } = change
      const [namesake] = await platforms.list({ name }, { limit: 1 })
      if (namesake && namesake.platformId !== before.platformId) throw new AppError('identity/name-taken', { name })
      const after = next(before, { name, levels, cpuOvercommit, reserveHosts })
      const data = { before: view(before), after: view(after) }
      const audit = [{ actor, action: 'site.updatePlatform', subject: subject(after), data }]
      await committer.commit({ expect: [platforms.seen(before)], writes: [platforms.put(after)], audit })
      return view(after)
    },
  }
}
export type Site = Awaited<ReturnType<typeof openSite>>
