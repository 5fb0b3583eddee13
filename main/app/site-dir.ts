import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { StoreFault } from '#store/index.ts'
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

const lockFile = 'lock.sqlite'
/** Any of them makes a directory a site's. */
const marks = [lockFile, 'site.sqlite', 'site.key']
/** What does not make a directory somebody else's: it may be a file system of its own, or a start that failed may be in its log. */
const harmless = ['lost+found', 'yunlong.log', 'yunlong.log.1']

/** What a file keeps from its first use on. It comes into being whole: a crash leaves no half of a key behind. */
function keep(file: string, make: () => string): string {
  if (!existsSync(file)) {
    writeFileSync(`${file}.new`, make(), { mode: 0o600, flush: true })
    renameSync(`${file}.new`, file)
  }
  return readFileSync(file, 'utf8')
}

/**
 * Makes the directory if it is missing; only its owner can read it.
 * @returns the file that is locked for the site
 * @throws {StoreFault} things of somebody else's lie there: they would be closed to others, and `demo` removed
 */
export function prepareSiteDir(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const names = readdirSync(path).filter(name => !harmless.includes(name))
  if (names.length > 0 && !names.some(name => marks.includes(name))) throw new StoreFault('foreign', path)
  chmodSync(path, 0o700)
  return join(path, lockFile)
}

/**
 * Opens a site directory, making what a new one lacks; by one process at a time, so under the site's lock.
 * @throws {StoreFault} what it had is gone: making it anew would hide the loss, and lose what could be put back
 */
export function openSiteDir(path: string): SiteDir {
  prepareSiteDir(path)
  const database = join(path, 'site.sqlite')
  const metrics = join(path, 'metrics.sqlite')
  const keyFile = join(path, 'site.key')
  // The figures' file is made after the database, and the database after the key.
  if (!isFilled(database) && isFilled(metrics)) throw new StoreFault('missing', database)
  if (isFilled(database) && !existsSync(keyFile)) throw new StoreFault('missing', keyFile)
  const key = Buffer.from(
    keep(keyFile, () => randomBytes(keyBytes).toString('base64')),
    'base64',
  )
  if (key.byteLength !== keyBytes) throw new StoreFault('damaged', keyFile)
  return { path, database, metrics, key, siteKey: keep(join(path, 'id_ed25519'), () => generatePrivateKey('yunlong')) }
}

const isFilled = (file: string): boolean => existsSync(file) && statSync(file).size > 0
