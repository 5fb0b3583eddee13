import type { Clock } from '#lib/clock.ts'

/** What talking to machines needs from the rest. */
export type HostsPort = {
  readonly clock: Clock
  /** The site's own private key (OpenSSH or PEM); null: the site has none. */
  readonly siteKey: () => Promise<string | null>
  /** Fingerprints (`SHA256:…`) that an imported known_hosts file names for this address and port. */
  readonly knownFingerprints: (address: string, port: number) => Promise<readonly string[]>
  /** Socket of an SSH agent; undefined: none here. */
  readonly agentSocket: string | undefined
}
