/**
 * Why something of a site cannot be used as it is. `foreign`: the directory holds somebody else's things. `missing`: what
 * the rest of the site needs is gone, and making it anew would hide the loss and lose what could be put back. `lost`: the
 * thread that works on it has died, so nothing of it is read or written any more.
 */
export type StoreFaultKind =
  'full' | 'damaged' | 'read-only' | 'busy' | 'newer' | 'older' | 'missing' | 'foreign' | 'lost'

/** A file or directory of a site that cannot be opened; the shell tells who starts the core what to do about it. */
export class StoreFault extends Error {
  override readonly name = 'StoreFault'
  readonly kind: StoreFaultKind
  readonly file: string
  constructor(kind: StoreFaultKind, file: string, message: string = kind) {
    super(message)
    this.kind = kind
    this.file = file
  }
}

/** Primary result codes, https://sqlite.org/rescode.html */
const kinds: Readonly<Record<number, StoreFaultKind>> = {
  3: 'read-only',
  5: 'busy',
  6: 'busy',
  8: 'read-only',
  11: 'damaged',
  13: 'full',
  14: 'read-only',
  26: 'damaged',
}
/** A write-ahead log whose index finds no room on the disk: an input/output error by name. */
const indexWithoutRoom = 4_874

/** The kind of an error of `node:sqlite`, or of one that was sorted already; null for any other. */
export function storeFaultKind(error: unknown): StoreFaultKind | null {
  if (error instanceof StoreFault) return error.kind
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) : 0
  return code === indexWithoutRoom ? 'full' : (kinds[code & 0xff] ?? null)
}
