/** Bytes that cannot be a frame of the protocol. The connection that sent them is of no more use. */
export class FrameError extends Error {
  override readonly name = 'FrameError'
}

/** A value that does not fit its layout: on reading, bytes of the peer; on writing, an argument of the caller. */
export class XdrError extends Error {
  override readonly name = 'XdrError'
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
