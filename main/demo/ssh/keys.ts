import { createHash, createPrivateKey, createPublicKey } from 'node:crypto'

/** DER in front of the 32 secret bytes of an Ed25519 key in PKCS#8 (RFC 8410). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')
const PUBLIC_BYTES = 32

const uint32 = (value: number): Buffer => {
  const word = Buffer.alloc(4)
  word.writeUInt32BE(value)
  return word
}
const sized = (bytes: Buffer | string): Buffer =>
  Buffer.concat([uint32(Buffer.byteLength(bytes)), Buffer.from(bytes as string)])

export type HostKey = {
  /** OpenSSH format, for the server. */
  readonly privateKey: string
  /** `ssh-ed25519 AAAA…`, as in known_hosts. */
  readonly publicKey: string
  /** `SHA256:…` */
  readonly fingerprint: string
}

/**
 * The Ed25519 host key that belongs to a text: a simulated host keeps its key from one start to the next without a file.
 * It protects nothing, since anyone can derive it; the servers listen on loopback only.
 * @source openssh-portable PROTOCOL.key
 */
export function hostKeyOf(text: string): HostKey {
  const secret = createHash('sha256').update(text).digest()
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, secret]), format: 'der', type: 'pkcs8' })
  const open = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-PUBLIC_BYTES)
  const blob = Buffer.concat([sized('ssh-ed25519'), sized(open)])
  const check = uint32(0)
  const inner = Buffer.concat([check, check, blob, sized(Buffer.concat([secret, open])), sized('')])
  const padding = Buffer.from([1, 2, 3, 4, 5, 6, 7].slice(0, (8 - (inner.byteLength % 8)) % 8))
  const head = [Buffer.from('openssh-key-v1\0'), sized('none'), sized('none'), sized(''), uint32(1)]
  const whole = Buffer.concat([...head, sized(blob), sized(Buffer.concat([inner, padding]))])
  const lines = whole.toString('base64').match(/.{1,70}/g) ?? []
  return {
    privateKey: ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n'),
    publicKey: `ssh-ed25519 ${blob.toString('base64')}`,
    fingerprint: `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`,
  }
}
