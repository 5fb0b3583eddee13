import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generatePrivateKey } from '#wire/ssh/index.ts'

const keyBytes = 32

/** Where a site keeps what: everything it has is in this one directory. */
export type SiteDir = {
  readonly path: string
  readonly database: string
  readonly metrics: string
  /** 32 bytes that seal the stored credentials. */
  readonly key: Uint8Array
  /** The site's own SSH key, OpenSSH format. */
  readonly siteKey: string
}

/** What a file keeps from its first use on. It comes into being whole: a crash leaves no half of a key behind. */
function keep(file: string, make: () => string): string {
  if (!existsSync(file)) {
    writeFileSync(`${file}.new`, make(), { mode: 0o600, flush: true })
    renameSync(`${file}.new`, file)
  }
  return readFileSync(file, 'utf8')
}

/** Makes the directory if it is missing; only its owner can read it. @returns the file that is locked for the site */
export function prepareSiteDir(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  chmodSync(path, 0o700)
  return join(path, 'lock.sqlite')
}

/** Opens a site directory, making what a new one lacks; by one process at a time, so under the site's lock. */
export function openSiteDir(path: string): SiteDir {
  prepareSiteDir(path)
  const key = keyOf(keep(join(path, 'site.key'), () => randomBytes(keyBytes).toString('base64')))
  return {
    path,
    database: join(path, 'site.sqlite'),
    metrics: join(path, 'metrics.sqlite'),
    key,
    siteKey: keep(join(path, 'id_ed25519'), () => generatePrivateKey('yunlong')),
  }
}

function keyOf(text: string): Uint8Array {
  const key = Buffer.from(text, 'base64')
  if (key.byteLength !== keyBytes) throw new Error('site.key is damaged: put it back from a copy')
  return key
}
