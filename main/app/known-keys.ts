import { AppError } from '#contract/errors.ts'
import type { Actor } from '#core/audit/index.ts'
import { Gate } from '#lib/gate.ts'
import { next } from '#lib/records.ts'
import type { SiteStore } from '#store/index.ts'
import { knownKeysOf, type KnownHosts } from '#wire/ssh/index.ts'

type Entries = KnownHosts['entries']
/** Each connection to a host looks through all of them. */
const entriesLimit = 50_000

/** Host keys from imported known_hosts files. They add up: a second file does not make the first one forgotten. */
export async function openKnownKeys({ knownKeys, committer }: Pick<SiteStore, 'knownKeys' | 'committer'>) {
  let known: KnownHosts = { entries: (await knownKeys.get('known_hosts'))?.entries ?? [], problems: [] }
  const adding = new Gate(1)

  async function add(actor: Actor, added: Entries): Promise<void> {
    const before = await knownKeys.get('known_hosts')
    const entries = [...new Map([...(before?.entries ?? []), ...added].map(each => [JSON.stringify(each), each]))].map(
      ([, each]) => each,
    )
    if (entries.length > entriesLimit)
      throw new AppError('input/invalid', { field: 'text', rule: `at most ${entriesLimit} host keys in all` })
    const after = before ? next(before, { entries }) : { source: 'known_hosts' as const, entries, version: 1 }
    const subject = { kind: 'site', id: 'known_hosts', name: 'known_hosts' }
    const expect = [before ? knownKeys.seen(before) : knownKeys.absent('known_hosts')]
    const audit = [{ actor, action: 'hosts.importKnownHosts', subject, data: { entries: added.length } }]
    await committer.commit({ expect, writes: [knownKeys.put(after)], audit })
    known = { entries, problems: [] }
  }

  return {
    /** What the files say of a host. */
    keysOf: (address: string, port: number) => knownKeysOf(known, address, port),

    add: (actor: Actor, added: Entries): Promise<void> => adding.run('known_hosts', () => add(actor, added)),
  }
}
export type KnownKeys = Awaited<ReturnType<typeof openKnownKeys>>
