import type { ErrorBody } from './procedures.gen.ts'

/** An error's words go into logs, records and pages; the protocol allows 4 MiB of them. */
const MESSAGE_MAX_CHARS = 2_000

/** What a daemon says when it refuses a call, in its own words and numbers (`libvirtCode.ErrorCode`, `.ErrorDomain`). */
export class LibvirtError extends Error {
  override readonly name = 'LibvirtError'
  /** Name of the procedure that was called. */
  readonly procedure: string
  readonly code: number
  /** The part of libvirt that failed; not a virtual machine. */
  readonly domain: number
  readonly level: number
  readonly str1: string | null
  readonly str2: string | null
  readonly str3: string | null
  readonly int1: number
  readonly int2: number
  /** The whole error as it came, its message uncut, with the domain or network it is about. */
  readonly body: ErrorBody

  constructor(procedure: string, body: ErrorBody) {
    super(body.message?.slice(0, MESSAGE_MAX_CHARS) ?? `libvirt error ${body.code}`)
    this.procedure = procedure
    this.code = body.code
    this.domain = body.domain
    this.level = body.level
    this.str1 = body.str1
    this.str2 = body.str2
    this.str3 = body.str3
    this.int1 = body.int1
    this.int2 = body.int2
    this.body = body
  }
}
