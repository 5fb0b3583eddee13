import type { Clock } from '#lib/clock.ts'
import type { KnownKey } from '#wire/ssh/index.ts'

/** What talking to machines needs from the rest. */
export type HostsPort = {
  readonly clock: Clock
  /** The site's own private key (OpenSSH or PEM); null: the site has none. */
  readonly siteKey: () => Promise<string | null>
  /** What imported known_hosts files say of this address and port. */
  readonly knownKeys: (
    address: string,
    port: number,
  ) => Promise<{ readonly trusted: readonly KnownKey[]; readonly revoked: readonly KnownKey[] }>
  /** Socket of an SSH agent; undefined: none here. */
  readonly agentSocket: string | undefined
}
