/** Tokens have a holder from here on; one from before is nobody's, so it has ended. */
export const tokenHolders: readonly string[] = ['delete from tokens']
