import { floor } from './0001-floor.ts'
import { tokenHolders } from './0002-token-holders.ts'

/** In order; a released one is never changed. The number of those applied is the schema's version. */
export const migrations: readonly (readonly string[])[] = [floor, tokenHolders]
