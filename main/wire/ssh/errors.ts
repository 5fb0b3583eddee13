/** How far a connection had come. `lost` is anything after it was open; `channel` leaves the connection open. */
export type SshStage = 'resolve' | 'tcp' | 'handshake' | 'host-key' | 'auth' | 'channel' | 'lost'

/**
 * What went wrong within the stage:
 * - `unknown-name`: resolve: no address for this name
 * - `refused`: tcp: nothing listens there; channel: the server would not open it (`code` is SSH's own: 1 prohibited,
 *   2 connect failed, 3 unknown type, 4 short of resources; OpenSSH says 2 for a missing socket as for a forbidden one)
 * - `unreachable`: tcp: no route, or the system refused for another cause
 * - `silent`: any: no answer within the stage's deadline; lost: keep-alives went unanswered
 * - `ended`: any: the other side closed the connection
 * - `not-ssh`: handshake: what answered does not speak SSH
 * - `no-common-algorithm`: handshake: the server offers only algorithms that are refused here
 * - `broken`: handshake: the exchange failed; lost: bytes that are no SSH packet
 * - `key-unknown`, `key-changed`, `key-revoked`, `key-refused`: host-key: what the verifier said
 * - `denied`: auth: no method was accepted
 * - `key-unreadable`, `passphrase-needed`, `passphrase-wrong`: auth: our own private key, before anything was sent
 * - `agent-unreachable`: auth: no agent answers at the socket
 * - `command-failed`: channel: a command that should have carried bytes ended; `code` is its exit code
 * - `output-limit`: channel: a command said more than was asked for
 * - `closed`: lost: this side closed the connection
 */
export type SshReason =
  | 'unknown-name'
  | 'refused'
  | 'unreachable'
  | 'silent'
  | 'ended'
  | 'not-ssh'
  | 'no-common-algorithm'
  | 'broken'
  | 'key-unknown'
  | 'key-changed'
  | 'key-revoked'
  | 'key-refused'
  | 'denied'
  | 'key-unreadable'
  | 'passphrase-needed'
  | 'passphrase-wrong'
  | 'agent-unreachable'
  | 'command-failed'
  | 'output-limit'
  | 'closed'

/** Facts for the sentence that a person reads. Never a secret. */
export type SshFacts = {
  readonly host?: string
  readonly port?: number
  readonly user?: string
  readonly waitedMs?: number
  /** What the system or the server said, in its own words. */
  readonly detail?: string
  /** The host key that was shown. */
  readonly offered?: { readonly algorithm: string; readonly fingerprint: string }
  /** Fingerprints that would have been accepted. */
  readonly expected?: readonly string[]
  readonly methodsTried?: readonly string[]
  /** What the server would still have taken, as it said last. */
  readonly methodsLeft?: readonly string[]
  readonly code?: number
}

/** A server's words go into logs, records and pages; it may send a quarter of a MiB of them. */
const DETAIL_MAX_CHARS = 2_000

/** A connection or a channel that did not come to be, or is gone. Decide on `stage` and `reason`, never on the message. */
export class SshError extends Error {
  override readonly name = 'SshError'
  readonly stage: SshStage
  readonly reason: SshReason
  readonly facts: SshFacts

  constructor(stage: SshStage, reason: SshReason, facts: SshFacts = {}, options?: ErrorOptions) {
    const where = facts.host === undefined ? '' : ` ${facts.host}:${facts.port}`
    const detail = facts.detail?.slice(0, DETAIL_MAX_CHARS)
    super(`ssh${where}: ${stage} ${reason}${detail ? ` (${detail})` : ''}`, options)
    this.stage = stage
    this.reason = reason
    this.facts = detail === undefined ? facts : { ...facts, detail }
  }
}
