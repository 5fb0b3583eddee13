import { parseArgs } from 'node:util'
import { defaultSite } from '#shells/data-home.ts'
import { exitCode } from '#shells/exit-code.ts'
import { readSite } from './site.ts'

/** Lists a site's hosts as the last core knew them. */
export async function listHosts(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: { site: { type: 'string' }, json: { type: 'boolean', default: false } },
  })
  const rows = await readSite(values.site ?? defaultSite(), async store => {
    const [hosts, platforms, snapshots] = await Promise.all([
      store.hosts.list(),
      store.platforms.list(),
      store.snapshots.list(),
    ])
    const nameOf = new Map(platforms.map(platform => [platform.platformId, platform.name]))
    const seenOf = new Map(snapshots.map(({ snapshot }) => [snapshot.hostId, snapshot]))
    return hosts.map(({ hostId, name, platformId, address, port, user, origin }) => ({
      name,
      platform: nameOf.get(platformId) ?? null,
      address: `${user}@${address}:${port}`,
      origin,
      seenAt: seenOf.get(hostId)?.seenAt ?? null,
      vms: seenOf.get(hostId)?.vms.length ?? null,
    }))
  })
  if (values.json) process.stdout.write(`${JSON.stringify(rows)}\n`)
  else for (const row of rows) process.stdout.write(`${tableLine(row)}\n`)
  return exitCode.done
}

function tableLine(row: {
  name: string
  platform: string | null
  address: string
  seenAt: number | null
  vms: number | null
}): string {
  const seen = row.seenAt === null ? '从未连上 never seen' : new Date(row.seenAt).toISOString()
  return [row.name, row.platform ?? '—', row.address, `${row.vms ?? '—'} VM`, seen].join('\t')
}
