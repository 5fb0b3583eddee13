/** Letters and digits that nobody takes for one another when they read them out. */
const alphabet = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'

/**
 * A password to hand over: four groups of four, 93 bits.
 *
 * @param draw  fills an array with random bytes, as `crypto.getRandomValues` does
 */
export function newPassword(draw: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array): string {
  const letters: string[] = []
  // Bytes above the largest multiple of the alphabet's length would make some letters likelier than others.
  const fair = 256 - (256 % alphabet.length)
  while (letters.length < 16) {
    for (const byte of draw(new Uint8Array(32))) {
      if (byte < fair && letters.length < 16) letters.push(alphabet[byte % alphabet.length] ?? '')
    }
  }
  return [0, 4, 8, 12].map(at => letters.slice(at, at + 4).join('')).join('-')
}
