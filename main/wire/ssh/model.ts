export type SshTarget = { readonly host: string; readonly port: number; readonly user: string }

/** How long each stage may take, in ms. */
export type SshDeadlines = {
  readonly resolveMs: number
  readonly tcpMs: number
  /** From TCP to an encrypted line, without the time that the verifier thinks. */
  readonly handshakeMs: number
  /** The verifier may ask a person; servers hang up after two minutes as a rule. */
  readonly hostKeyMs: number
  readonly authMs: number
  /** Opening one channel, once connected. */
  readonly channelMs: number
}
