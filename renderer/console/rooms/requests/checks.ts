import type { Platform } from '#contract/site.ts'
import type { Amounts } from '#contract/quantities.ts'
import type { Application, Quota } from '#contract/tenants.ts'
import { sentenceOf } from '#kit/fault.ts'
import { formatDuration } from '#kit/format/index.ts'
import { text, word } from '#kit/i18n/index.ts'
import type { Draft } from './draft.ts'
import { quotaLines, usedText } from './size.ts'

/** What can be said of a draft before it is sent. `open`: not filled in yet, or not known. */
export type Check = {
  readonly key: 'level' | 'quota' | 'name' | 'network' | 'term'
  readonly state: 'met' | 'unmet' | 'open'
  readonly says: string
  readonly todo?: string
}

export type CheckFacts = {
  readonly application: Application | undefined
  readonly platform: Platform | undefined
  readonly quota: Quota | undefined
  /** The platform's networks with the number of hosts that have each; undefined while they are not known. */
  readonly networks: readonly { readonly name: string; readonly hosts: number }[] | undefined
  /** Names that the department's own requests or the centre's machines already bear, as far as this person may see. */
  readonly takenNames: ReadonlySet<string>
  /** `YYYY-MM-DD` in Shanghai. */
  readonly today: string
}

const GIB = 1024 ** 3
const nameRule = /^[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$/

export const isCarried = (platform: Platform, application: Application): boolean =>
  platform.levels.includes(application.level)

const fault = (key: Check['key'], code: string, data: Readonly<Record<string, unknown>>): Check => ({
  key,
  state: 'unmet',
  ...sentenceOf({ code, data }),
})
const open = (key: Check['key']): Check => ({ key, state: 'open', says: text(`requests:checks.open.${key}`) })

function levelCheck(_draft: Draft, { application, platform }: CheckFacts): Check {
  if (!application || !platform) return open('level')
  const { levels: carried, name } = platform
  const data = { level: application.level, carried, platform: name }
  if (!isCarried(platform, application)) return fault('level', 'request/level-not-carried', data)
  return {
    key: 'level',
    state: 'met',
    says: text('requests:checks.met.level', { platform: name, level: application.level }),
  }
}

const askedOf = (draft: Draft): Amounts => ({
  vcpus: draft.vcpus ?? 0,
  memoryBytes: Math.round((draft.memoryGb ?? 0) * GIB),
  storageBytes: Math.round((draft.diskGb ?? 0) * GIB),
})

function quotaCheck(draft: Draft, { platform, quota }: CheckFacts): Check {
  if (!platform || draft.departmentId === null) return open('quota')
  if (!quota)
    return {
      key: 'quota',
      state: 'unmet',
      says: text('requests:checks.noQuota'),
      todo: text('requests:checks.noQuotaTodo'),
    }
  const asked = askedOf(draft)
  const lines = quotaLines(quota.limit, quota.used, add(quota.used, asked))
  const short = lines.find(line => line.after > line.limit && line.after > line.used)
  if (short) {
    const { pool, limit, used, after } = short
    return fault('quota', 'quota/short', { pool, limit, used, reserved: 0, asked: after - used })
  }
  const after = lines
    .map(({ pool, after: held, limit }) => `${word('pool', pool)} ${usedText(pool, held, limit)}`)
    .join(text('requests:checks.comma'))
  return { key: 'quota', state: 'met', says: text('requests:checks.met.quota', { after }) }
}

const add = (a: Amounts, b: Amounts): Amounts => ({
  vcpus: a.vcpus + b.vcpus,
  memoryBytes: a.memoryBytes + b.memoryBytes,
  storageBytes: a.storageBytes + b.storageBytes,
})

function nameCheck({ vmName }: Draft, { takenNames }: CheckFacts): Check {
  if (vmName === '') return open('name')
  const unmet = (why: 'nameRule' | 'nameTaken'): Check => ({
    key: 'name',
    state: 'unmet',
    says: text(`requests:checks.${why}`, { name: vmName }),
    todo: text(`requests:checks.${why}Todo`),
  })
  if (!nameRule.test(vmName)) return unmet('nameRule')
  if (takenNames.has(vmName)) return unmet('nameTaken')
  return { key: 'name', state: 'met', says: text('requests:checks.met.name', { name: vmName }) }
}

function networkCheck({ network }: Draft, { platform, networks }: CheckFacts): Check {
  if (!platform || !networks) return open('network')
  if (network === null) return { key: 'network', state: 'met', says: text('requests:checks.noNetwork') }
  const hosts = networks.find(each => each.name === network)?.hosts ?? 0
  if (hosts > 0) return { key: 'network', state: 'met', says: text('requests:checks.met.network', { network, hosts }) }
  const names = networks.map(each => each.name).join(text('common:separator'))
  return {
    key: 'network',
    state: 'unmet',
    says: text('requests:checks.networkMissing', { network, platform: platform.name }),
    todo: text('requests:checks.networkMissingTodo', { names: names || text('units:none') }),
  }
}

const DAY = 86_400_000

function termCheck({ from, until, isOpenEnded }: Draft, { today }: CheckFacts): Check {
  if (from === null || (until === null && !isOpenEnded)) return open('term')
  if (isOpenEnded || until === null)
    return { key: 'term', state: 'met', says: text('requests:checks.openEnded', { from }) }
  if (until < from || until < today) return fault('term', 'request/term-invalid', { from, until })
  const duration = formatDuration(Date.parse(until) - Date.parse(from) + DAY)
  return { key: 'term', state: 'met', says: text('requests:checks.met.term', { until, duration }) }
}

/** What is known to be right or wrong with a draft, in the order in which it is written. */
export const checksOf = (draft: Draft, facts: CheckFacts): readonly Check[] =>
  [levelCheck, nameCheck, quotaCheck, networkCheck, termCheck].map(check => check(draft, facts))
