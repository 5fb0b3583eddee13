import { homedir } from 'node:os'
import { join } from 'node:path'

/** Site directory when none is named: in the per-user data directory of this system. */
export function defaultSite(): string {
  const { XDG_DATA_HOME, APPDATA } = process.env
  if (process.platform === 'win32') return join(APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'yunlong')
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'yunlong')
  return join(XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'yunlong')
}
