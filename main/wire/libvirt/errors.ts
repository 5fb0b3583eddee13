import type { ErrorBody } from './procedures.gen.ts'

/** Bytes that cannot be a frame of the protocol. The connection that sent them is of no more use. */
export class FrameError extends Error {
  override readonly name = 'FrameError'
}

/** A value that does not fit its layout: on reading, bytes of the peer; on writing, an argument of the caller. */
export class XdrError extends Error {
  override readonly name = 'XdrError'
}

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
  /** The whole error as it came, with the domain or network it is about. */
  readonly body: ErrorBody

  constructor(procedure: string, body: ErrorBody) {
    super(body.message ?? `libvirt error ${body.code}`)
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

/**
 * Why a call or a connection ended without an answer of the daemon:
 * - `closed`: this side closed the connection
 * - `lost`: the byte stream ended or failed; `cause` says how
 * - `silent`: the daemon sent nothing for the whole keepalive time
 * - `broken`: the daemon sent bytes that are no frame; `cause` is the FrameError
 * - `deadline`: this call had no answer in time; the connection lives on
 * - `queue-full`: too many calls wait already; this one was never sent
 * - `refused`: the procedure passes file descriptors or is unknown; it was never sent
 * - `authentication`: the daemon wants a way of authentication that is not spoken here, or did not accept ours
 * - `unsupported`: the daemon lacks a feature that the call needs; it was never sent
 */
export type TransportReason =
  'closed' | 'lost' | 'silent' | 'broken' | 'deadline' | 'queue-full' | 'refused' | 'authentication' | 'unsupported'

/** A call or a connection that ended without an answer of the daemon; decide on `reason`, never on the message. */
export class TransportError extends Error {
  override readonly name = 'TransportError'
  readonly reason: TransportReason
  constructor(reason: TransportReason, message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}
