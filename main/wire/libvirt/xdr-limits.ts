/** XDR fills every value up to whole words. */
export const WORD_BYTES = 4
/** libvirt's limit for one string. */
export const STRING_MAX_BYTES = 4_194_304
