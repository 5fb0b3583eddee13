import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generatePrivateKey } from '#wire/ssh/index.ts'

/** Where a site keeps what: everything it has is in this one directory. */
export type SiteDir = {
  readonly path: string
  readonly database: string
  readonly metrics: string
  readonly lock: string
  /** 32 bytes that seal the stored credentials. */
  readonly key: Uint8Array
  /** The site's own SSH key, OpenSSH format. */
  readonly siteKey: string
}

function keep(file: string, make: () => string): string {
  if (!existsSync(file)) writeFileSync(file, make(), { mode: 0o600, flag: 'wx' })
  return readFileSync(file, 'utf8')
}

/** Opens a site directory, making what a new one lacks. Only its owner can read it. */
export function openSiteDir(path: string): SiteDir {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  chmodSync(path, 0o700)
  const key = Buffer.from(
    keep(join(path, 'site.key'), () => randomBytes(32).toString('base64')),
    'base64',
  )
  return {
    path,
    database: join(path, 'site.sqlite'),
    metrics: join(path, 'metrics.sqlite'),
    lock: join(path, 'lock.sqlite'),
    key,
    siteKey: keep(join(path, 'id_ed25519'), () => generatePrivateKey('yunlong')),
  }
}
