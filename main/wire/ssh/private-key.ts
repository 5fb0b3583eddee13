import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import ssh2, { type ParsedKey } from 'ssh2'
import { SshError } from './errors.ts'
import { fingerprintOf } from './host-key.ts'

// The secret half lives here, where neither inspection nor serialisation of the key object can reach it.
const secrets = new WeakMap<SshPrivateKey, ParsedKey>()

/** A private key, decrypted once and usable for many connections; shows its public half only. */
export class SshPrivateKey {
  readonly algorithm: string
  /** `SHA256:…` of the public half. */
  readonly fingerprint: string
  /** A line for authorized_keys. */
  readonly publicKey: string

  constructor(parsed: ParsedKey) {
    const blob = parsed.getPublicSSH()
    this.algorithm = parsed.type
    this.fingerprint = fingerprintOf(blob)
    this.publicKey = [parsed.type, blob.toString('base64'), parsed.comment].filter(Boolean).join(' ')
    secrets.set(this, parsed)
  }
}

/** For the handshake of this room only. */
export function secretOf(key: SshPrivateKey): ParsedKey {
  const parsed = secrets.get(key)
  if (!parsed) throw new TypeError('not a key that was read here')
  return parsed
}

/**
 * Reads a private key: OpenSSH, PKCS#1, SEC 1 or PKCS#8, plain or encrypted. Decrypting an OpenSSH key is slow on purpose
 * (tenths of a second on this thread), so read it once and keep the result.
 * @throws {SshError} auth: key-unreadable, passphrase-needed, passphrase-wrong
 */
export function readPrivateKey(text: string, passphrase?: string): SshPrivateKey {
  const encrypted = isEncrypted(text)
  if (encrypted && passphrase === undefined) throw new SshError('auth', 'passphrase-needed')
  const parsed = parse(text, passphrase)
  if (!parsed) throw new SshError('auth', encrypted ? 'passphrase-wrong' : 'key-unreadable')
  return new SshPrivateKey(refuseSha1(parsed))
}

/** A new Ed25519 key without passphrase, in OpenSSH format. */
export function generatePrivateKey(comment: string): string {
  return openSshEd25519(generateKeyPairSync('ed25519').privateKey, comment)
}

function parse(text: string, passphrase: string | undefined): ParsedKey | undefined {
  const parsed = attempt(() => ssh2.utils.parseKey(text, passphrase))
  const found = Array.isArray(parsed) ? (parsed[0] as ParsedKey | undefined) : parsed
  if (found && !(found instanceof Error)) return found.isPrivateKey() ? found : undefined
  // PKCS#8 is unknown to ssh2, and is what most other programs write.
  const key = attempt(() => createPrivateKey(passphrase === undefined ? text : { key: text, passphrase }))
  const again = key && attempt(() => ssh2.utils.parseKey(classic(key)))
  return again && !(again instanceof Error) ? again : undefined
}

function classic(key: KeyObject): string {
  if (key.asymmetricKeyType === 'rsa') return key.export({ type: 'pkcs1', format: 'pem' }).toString()
  if (key.asymmetricKeyType === 'ec') return key.export({ type: 'sec1', format: 'pem' }).toString()
  return openSshEd25519(key, '')
}

function isEncrypted(text: string): boolean {
  if (/^-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(text)) return true
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]*?)-----END/.exec(text)?.[1]
  if (body === undefined) return false
  const bytes = Buffer.from(body, 'base64')
  const at = 'openssh-key-v1\0'.length
  return (
    bytes.byteLength > at + 4 &&
    bytes.toString('latin1', at + 4, at + 4 + Math.min(bytes.readUInt32BE(at), 64)) !== 'none'
  )
}

/** @source openssh-portable PROTOCOL.key */
function openSshEd25519(key: KeyObject, comment: string): string {
  const jwk = key.export({ format: 'jwk' })
  if (jwk.crv !== 'Ed25519' || !jwk.x || !jwk.d) throw new TypeError('not an Ed25519 key')
  const publicHalf = Buffer.from(jwk.x, 'base64url')
  const word = (bytes: string | Buffer): Buffer => {
    const body = Buffer.from(bytes as string)
    return Buffer.concat([uint32(body.byteLength), body])
  }
  const publicBlob = Buffer.concat([word('ssh-ed25519'), word(publicHalf)])
  const secret = Buffer.concat([Buffer.from(jwk.d, 'base64url'), publicHalf])
  const body = Buffer.concat([uint32(0), uint32(0), publicBlob, word(secret), word(comment)])
  const padding = Buffer.from([1, 2, 3, 4, 5, 6, 7].slice(0, (8 - (body.byteLength % 8)) % 8))
  const whole = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    word('none'),
    word('none'),
    word(''),
    uint32(1),
    word(publicBlob),
    word(Buffer.concat([body, padding])),
  ])
  const lines = whole.toString('base64').match(/.{1,70}/g) ?? []
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n')
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** A server that announces no RSA signature algorithms is taken by ssh2 to want SHA-1; it gets no signature at all. */
function refuseSha1(parsed: ParsedKey): ParsedKey {
  if (parsed.type !== 'ssh-rsa') return parsed
  const sign = parsed.sign.bind(parsed)
  const guarded = (data: Buffer | string, algorithm?: string): Buffer | Error =>
    isSha1(algorithm) ? new Error('SHA-1 signatures are refused') : sign(data, algorithm)
  return Object.assign(parsed, { sign: guarded }) as ParsedKey
}

/** What ssh2 passes for an RSA key: `sha256`, `sha512`, or `sha1` and nothing for the old way. */
export function isSha1(algorithm: string | undefined): boolean {
  return algorithm !== 'sha256' && algorithm !== 'sha512'
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
