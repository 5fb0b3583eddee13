import { createHash } from 'node:crypto'

/**
 * A server's public key as it was shown in the handshake. That the server holds the private half is proved after the
 * key is accepted and before anything of ours is sent.
 */
export type HostKey = {
  /** Key type: `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa`. */
  readonly algorithm: string
  /** RFC 4253 encoding: what known_hosts files hold in base64. */
  readonly blob: Uint8Array
  /** `SHA256:` and base64 without padding, as OpenSSH prints it. */
  readonly fingerprint: string
}

/** A refusal that says why, so that the error can: `expected` are the fingerprints that would have been accepted. */
export type HostKeyRefusal = {
  readonly refuse: 'unknown' | 'changed' | 'revoked'
  readonly expected: readonly string[]
}
export type HostKeyVerdict = 'accept' | 'refuse' | HostKeyRefusal

/** Asked once for each key that the server shows, before anything of ours is sent; may take as long as `hostKeyMs` allows. */
export type HostKeyVerifier = (offered: HostKey) => Promise<HostKeyVerdict>

/** @param blob  public key in RFC 4253 encoding */
export function fingerprintOf(blob: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`
}

/** @throws {RangeError} the bytes do not begin with a key type */
export function readHostKey(blob: Uint8Array): HostKey {
  const bytes = Buffer.from(blob)
  const length = bytes.byteLength < 4 ? 0 : bytes.readUInt32BE(0)
  if (length < 1 || length > 64 || 4 + length > bytes.byteLength) throw new RangeError('not a public key of SSH')
  return { algorithm: bytes.toString('latin1', 4, 4 + length), blob: bytes, fingerprint: fingerprintOf(bytes) }
}

/**
 * Accepts these keys and no other. With none, every key is unknown: the offered one is then in the error's facts.
 * @param revoked  refused even when it is one of them
 */
export function pinnedKeys(fingerprints: readonly string[], revoked: readonly string[] = []): HostKeyVerifier {
  const expected = fingerprints.filter(fingerprint => !revoked.includes(fingerprint))
  return ({ fingerprint }) => {
    if (revoked.includes(fingerprint)) return Promise.resolve({ refuse: 'revoked', expected })
    if (expected.includes(fingerprint)) return Promise.resolve('accept')
    return Promise.resolve({ refuse: fingerprints.length === 0 ? 'unknown' : 'changed', expected })
  }
}
