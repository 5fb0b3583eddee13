/** libvirt counts memory in KiB and time in ns, in 64 bits; from here on it is bytes and ms in a number. */

/** A count; null: negative, absent, or more than a number holds exactly. */
export function count(value: bigint | number | undefined): number | null {
  if (value === undefined) return null
  const number = Number(value)
  return Number.isSafeInteger(number) && number >= 0 ? number : null
}

export function kibToBytes(value: bigint | number | undefined): number | null {
  const kib = count(value)
  return kib === null ? null : count(kib * 1_024)
}

export function nsToMs(value: bigint | number | undefined): number | null {
  if (value === undefined) return null
  const ms = Number(value) / 1_000_000
  return ms >= 0 && ms <= Number.MAX_SAFE_INTEGER ? ms : null
}

/** 9000000 is 9.0.0. */
export function versionOf(value: bigint): string {
  const [million, thousand] = [1_000_000n, 1_000n]
  return `${value / million}.${(value / thousand) % thousand}.${value % thousand}`
}

const unitBytes: Readonly<Record<string, number>> = {
  b: 1,
  bytes: 1,
  kb: 1e3,
  k: 2 ** 10,
  kib: 2 ** 10,
  mb: 1e6,
  m: 2 ** 20,
  mib: 2 ** 20,
  gb: 1e9,
  g: 2 ** 30,
  gib: 2 ** 30,
  tb: 1e12,
  t: 2 ** 40,
  tib: 2 ** 40,
}

/**
 * A size as libvirt's XML writes it: a number and a `unit` attribute.
 * @source libvirt's format of the domain's `memory` element; without a unit it is KiB there
 */
export function sizeBytes(value: string | null, unit: string | null, without: 'KiB' | 'bytes'): number | null {
  const factor = unitBytes[(unit ?? without).toLowerCase()]
  if (value === null || factor === undefined || !/^\d{1,19}$/.test(value)) return null
  return count(Math.round(Number(value) * factor))
}
