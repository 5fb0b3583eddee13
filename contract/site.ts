import { z } from 'zod'
import { command, query } from './define.ts'
import { PlatformId } from './ids.ts'
import { Level, ShortText } from './quantities.ts'
import { staff } from './roles.ts'

/** One of the centre's separate virtualised platforms; nothing is ever placed or moved across. */
export const Platform = z.object({
  platformId: PlatformId,
  name: z.string(),
  /** Protection levels (等保) of the systems that it may carry. */
  levels: z.array(Level),
  /** Virtual CPUs promised per CPU thread, at most. */
  cpuOvercommit: z.number(),
  /** Hosts whose loss the rest must be able to absorb. */
  reserveHosts: z.number().int(),
  version: z.number(),
})
export type Platform = z.infer<typeof Platform>

const PlatformInput = z.object({
  name: ShortText,
  levels: z.array(Level).min(1),
  cpuOvercommit: z.number().min(1).max(16),
  reserveHosts: z.number().int().min(0).max(8),
})

export const SiteSettings = z.object({
  siteName: z.string(),
  banner: z.string().nullable(),
  /** How often each host is asked for its figures. */
  pollIntervalMs: z.number(),
  /** How long a request may wait for its decision before it counts as late. */
  approvalDeadlineHours: z.number(),
  idleLockMinutes: z.number(),
  version: z.number(),
})
export type SiteSettings = z.infer<typeof SiteSettings>

export const site = {
  settings: query({
    summary: 'Settings of the site.',
    roles: staff,
    scope: 'centre',
    input: z.object({}),
    output: SiteSettings,
  }),
  changeSettings: command({
    summary: 'Change settings of the site.',
    roles: ['system-administrator'],
    scope: 'centre',
    input: z.object({
      version: z.number(),
      siteName: ShortText,
      banner: z.string().max(200).nullable(),
      pollIntervalMs: z.number().int().min(1_000).max(300_000),
      approvalDeadlineHours: z.number().int().min(1).max(720),
      idleLockMinutes: z.number().int().min(1).max(240),
    }),
    output: SiteSettings,
    errors: ['store/changed-meanwhile'],
  }),
  platforms: query({
    summary: 'The platforms, in their order.',
    roles: 'everyone',
    scope: 'own-department',
    input: z.object({}),
    output: z.array(Platform),
  }),
  createPlatform: command({
    summary: 'Add a platform.',
    roles: ['system-administrator'],
    scope: 'centre',
    input: PlatformInput,
    output: Platform,
    errors: ['identity/name-taken', 'store/changed-meanwhile'],
  }),
  updatePlatform: command({
    summary: 'Change a platform’s name, levels or rules.',
    roles: ['system-administrator'],
    scope: 'centre',
    input: PlatformInput.extend({ platformId: PlatformId, version: z.number() }),
    output: Platform,
    errors: ['identity/name-taken', 'store/changed-meanwhile', 'store/not-found'],
  }),
}
