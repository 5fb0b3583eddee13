const digits = Buffer.from('0123456789abcdef')
/** Where the digits of each byte stand in the canonical form. */
const places = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34]
/** The canonical form under construction; its dashes never change. */
const form = Buffer.from('00000000-0000-0000-0000-000000000000')

/**
 * The canonical form of 16 bytes, as in 6695eb01-f6a4-8304-79aa-97f2502e193f. One flat string from one buffer takes half
 * the time of five slices joined, and hashes faster as a key; a listing reads thousands.
 */
export function uuidText(bytes: Buffer, start: number): string {
  for (let i = 0; i < 16; i++) {
    const byte = bytes[start + i] as number
    const place = places[i] as number
    form[place] = digits[byte >> 4] as number
    form[place + 1] = digits[byte & 15] as number
  }
  return form.toString('latin1')
}
