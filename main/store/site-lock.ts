import { DatabaseSync } from 'node:sqlite'
import { StoreFault, storeFaultKind } from './store-fault.ts'

export type SiteLock = { readonly release: () => void }

/**
 * Takes the one lock of a site directory. The operating system gives it back when the process ends, however it ends, so
 * a crash leaves nothing to clean up.
 * @returns null when another process holds it
 * @throws {StoreFault} the file cannot be used
 */
export function takeSiteLock(file: string): SiteLock | null {
  let db: DatabaseSync | undefined
  try {
    db = new DatabaseSync(file, { timeout: 0 })
    const held = db
    held.exec('pragma locking_mode=exclusive; begin exclusive')
    return { release: () => held.close() }
  } catch (error) {
    db?.close()
    const kind = storeFaultKind(error)
    if (kind === 'busy') return null
    throw kind ? new StoreFault(kind, file, (error as Error).message) : error
  }
}
