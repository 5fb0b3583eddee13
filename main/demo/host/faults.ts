/** Parts of libvirt that an error can come from (virErrorDomain). */
export const origin = {
  none: 0,
  xml: 5,
  rpc: 7,
  qemu: 10,
  storage: 18,
  network: 19,
  domain: 20,
  streams: 38,
} as const

/** libvirt's wording of each error number; `%s` is what the caller adds. */
const wordings = {
  1: 'internal error: %s',
  3: 'this function is not supported by the connection driver: %s',
  8: 'invalid argument: %s',
  9: 'operation failed: %s',
  27: 'XML error: %s',
  35: '%s',
  38: '%s',
  39: '%s',
  42: 'Domain not found: %s',
  43: 'Network not found: %s',
  49: 'Storage pool not found: %s',
  50: 'Storage volume not found: %s',
  55: 'Requested operation is not valid: %s',
  67: 'unsupported configuration: %s',
  74: 'argument unsupported: %s',
  80: 'metadata not found: %s',
  86: 'Guest agent is not responding: %s',
} as const

export type FaultCode = keyof typeof wordings | 21 | 90

/** A refusal in libvirt's own numbers and words; the session sends it as the answer to the call. */
export class LibvirtFault extends Error {
  override readonly name = 'LibvirtFault'
  readonly code: number
  readonly domain: number
  readonly str1: string | null
  readonly str2: string | null
  readonly int1: number
  readonly int2: number

  constructor(code: number, domain: number, message: string, strings: readonly string[] = [], numbers = [-1, -1]) {
    super(message)
    this.code = code
    this.domain = domain
    this.str1 = strings[0] ?? null
    this.str2 = strings[1] ?? null
    this.int1 = numbers[0] ?? -1
    this.int2 = numbers[1] ?? -1
  }
}

/** The error `code` with its usual wording around `detail`. */
export function fault(code: keyof typeof wordings, domain: number, detail: string): LibvirtFault {
  const wording = wordings[code]
  return new LibvirtFault(
    code,
    domain,
    wording.replace('%s', () => detail),
    [wording, detail],
  )
}

/** A failed system call: code 38, `int1` is the errno. */
export function systemFault(domain: number, errno: number, detail: string): LibvirtFault {
  return new LibvirtFault(38, domain, detail, ['%s', detail], [errno, -1])
}

export const errno = { ENOENT: 2, ENODEV: 19, ENOSPC: 28 } as const

/** A definition without a name: the one error that libvirt words without a detail. */
export const namelessFault = (domain: number): LibvirtFault =>
  new LibvirtFault(21, domain, 'missing name information', ['missing name information'])

export const volumeExistsFault = (name: string): LibvirtFault =>
  new LibvirtFault(90, origin.storage, `storage volume '${name}' exists already`, [
    'storage volume %s exists already',
    `'${name}'`,
  ])
