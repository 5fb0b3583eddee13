/** Thirty-two well-mixed bits of two numbers (the finaliser of MurmurHash3). */
export function mix(left: number, right: number): number {
  let h = Math.imul(left ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(right + 0x7f4a7c15, 0xc2b2ae35)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** A seed for one purpose: the same parts give the same seed on every machine. */
export function seedOf(...parts: readonly (string | number)[]): number {
  return parts.reduce<number>((seed, part) => {
    if (typeof part === 'number') return mix(mix(seed, part | 0), Math.floor(part / 2 ** 32))
    return mix(
      [...part].reduce((h, letter) => Math.imul(h ^ (letter.codePointAt(0) ?? 0), 0x01000193), 0x811c9dc5),
      seed,
    )
  }, 0x2545f491)
}

/** The value in 0..1 that belongs to lattice point `index` of the noise called `seed`. */
export function unitAt(seed: number, index: number): number {
  return mix(mix(seed, index | 0), Math.floor(index / 2 ** 32)) / 2 ** 32
}

export type Dice = {
  /** 0 ≤ x < 1 */
  readonly next: () => number
  readonly between: (low: number, high: number) => number
  readonly whole: (low: number, high: number) => number
  readonly chance: (fraction: number) => boolean
  readonly pick: <T>(choices: readonly T[]) => T
}

/** A repeatable sequence of random values. */
export function diceOf(seed: number): Dice {
  let throws = 0
  const next = () => unitAt(seed, throws++)
  return {
    next,
    between: (low, high) => low + (high - low) * next(),
    whole: (low, high) => low + Math.floor((high - low + 1) * next()),
    chance: fraction => next() < fraction,
    pick: <T>(choices: readonly T[]) => {
      if (choices.length === 0) throw new RangeError('nothing to pick from')
      return choices[Math.floor(next() * choices.length)] as T
    },
  }
}

const hex = (value: number) => value.toString(16).padStart(8, '0')

/** A version 4 UUID that belongs to a seed. */
export function uuidOf(seed: number): string {
  const digits = [0, 1, 2, 3].map(word => hex(mix(seed, word + 0x75756964))).join('')
  const variant = ((parseInt(digits.charAt(16), 16) & 3) | 8).toString(16)
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    `${variant}${digits.slice(17, 20)}`,
    digits.slice(20, 32),
  ].join('-')
}

/** A MAC address of QEMU's own range. */
export function macOf(seed: number): string {
  const digits = hex(mix(seed, 0x6d6163))
  return `52:54:00:${digits.slice(0, 2)}:${digits.slice(2, 4)}:${digits.slice(4, 6)}`
}
