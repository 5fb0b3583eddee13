import { DatabaseSync } from 'node:sqlite'

export type SiteLock = { readonly release: () => void }

/**
 * Takes the one lock of a site directory. The operating system gives it back when the process ends, however it ends, so
 * a crash leaves nothing to clean up.
 * @returns null when another process holds it
 */
export function takeSiteLock(file: string): SiteLock | null {
  const db = new DatabaseSync(file, { timeout: 0 })
  try {
    db.exec('pragma locking_mode=exclusive; begin exclusive')
    return { release: () => db.close() }
  } catch (error) {
    db.close()
    if (error instanceof Error && /locked|busy/i.test(error.message)) return null
    throw error
  }
}
