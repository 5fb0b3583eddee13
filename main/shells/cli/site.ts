import { accessSync, constants, existsSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '#lib/clock.ts'
import { Database, migrations, openSiteStore, type SiteStore } from '#store/index.ts'

/** Reads a site's store, and only reads, beside a core that may be running on it. @throws no site, or another schema */
export async function readSite<T>(site: string, read: (store: SiteStore) => Promise<T>): Promise<T> {
  const file = join(site, 'site.sqlite')
  // As the system says it where the directory may not be entered.
  accessSync(site, constants.X_OK)
  if (!existsSync(file)) throw new Error(`没有站点 no site in ${site}`)
  const database = await Database.open({ file, migrations, clock: systemClock, isReadOnly: true })
  try {
    return await read(openSiteStore(database))
  } finally {
    await database.close()
  }
}
