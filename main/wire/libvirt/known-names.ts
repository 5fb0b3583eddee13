/** Slots; a power of two. Longer names and those that meet in one slot are simply decoded anew. */
const slots = 4096
const longestBytes = 48

const names: (string | undefined)[] = new Array<string | undefined>(slots).fill(undefined)

/**
 * Decodes a name that was probably seen before. Bulk statistics repeat a few hundred names for every virtual machine;
 * comparing bytes with a string that exists is several times quicker than making a new one, and keeps memory small.
 * The table is direct-mapped and never grows, so hostile names can only make it useless.
 */
export function knownName(bytes: Buffer, start: number, length: number): string {
  if (length > longestBytes) return bytes.toString('utf8', start, start + length)
  let hash = length
  for (let at = start; at < start + length; at++) hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0
  const slot = (hash ^ (hash >>> 12)) & (slots - 1)
  const known = names[slot]
  if (known !== undefined && isSame(known, bytes, start, length)) return known
  const name = bytes.toString('utf8', start, start + length)
  names[slot] = name
  return name
}

/** True of ASCII only: any other character differs from its first byte, and such names are decoded each time. */
function isSame(name: string, bytes: Buffer, start: number, length: number): boolean {
  if (name.length !== length) return false
  for (let i = 0; i < length; i++) {
    const byte = bytes[start + i] as number
    if (byte > 0x7f || name.charCodeAt(i) !== byte) return false
  }
  return true
}
