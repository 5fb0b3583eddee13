import type {
  Algorithms,
  CipherAlgorithm,
  CompressionAlgorithm,
  KexAlgorithm,
  MacAlgorithm,
  ServerHostKeyAlgorithm,
} from 'ssh2'

const KEX: readonly KexAlgorithm[] = [
  'curve25519-sha256',
  'curve25519-sha256@libssh.org',
  'ecdh-sha2-nistp256',
  'ecdh-sha2-nistp384',
  'ecdh-sha2-nistp521',
  'diffie-hellman-group16-sha512',
  'diffie-hellman-group18-sha512',
  'diffie-hellman-group-exchange-sha256',
  'diffie-hellman-group14-sha256',
]
const HOST_KEY: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
]
// AES-GCM first: it runs in OpenSSL, while chacha20-poly1305 would be computed in JavaScript.
const CIPHER: readonly CipherAlgorithm[] = [
  'aes128-gcm@openssh.com',
  'aes256-gcm@openssh.com',
  'aes128-ctr',
  'aes192-ctr',
  'aes256-ctr',
  'chacha20-poly1305@openssh.com' as CipherAlgorithm,
]
const MAC: readonly MacAlgorithm[] = [
  'hmac-sha2-256-etm@openssh.com',
  'hmac-sha2-512-etm@openssh.com',
  'hmac-sha2-256',
  'hmac-sha2-512',
]
const COMPRESSION: readonly CompressionAlgorithm[] = ['none']

/**
 * All that is offered to a server, best first: no SHA-1 in signatures, key exchange or MACs, no CBC, no RC4, no DSA,
 * no group below 2048 bits, no compression. docs/wire/ssh.md has the list in words.
 *
 * @param first  types of host key to ask for before all others (`ssh-rsa` stands for both rsa-sha2-*): a server with
 *               several keys shows the one that is asked for first
 * @param last   types to ask for when the server has no other
 */
export function offeredAlgorithms(first: readonly string[] = [], last: readonly string[] = []) {
  const typeOf = (name: string): string => (name.startsWith('rsa-sha2-') ? 'ssh-rsa' : name)
  const rank = (name: string): number => (last.includes(typeOf(name)) ? 2 : first.includes(typeOf(name)) ? 0 : 1)
  return {
    kex: [...KEX],
    serverHostKey: HOST_KEY.toSorted((a, b) => rank(a) - rank(b)),
    cipher: [...CIPHER],
    hmac: [...MAC],
    compress: [...COMPRESSION],
  } satisfies Algorithms
}
